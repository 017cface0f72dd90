package ai.robutler.memory;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which sources an answer used: those whose number it names, as in {@code [2]}; and where it names
 * none, those whose file it names or whose words it repeats.
 *
 * <p>Source of the format: OpenAI, "Chat Completions", {@code annotations} of a message.
 *
 * @param names of folders, by id
 * @param url what paths are put behind, "" for none
 */
record KnowledgeCitations(Map<String, String> names, String url) {
    private static final Pattern NUMBERS =
            Pattern.compile("[\\[【](?:source |sources )?(\\d{1,3}(?:\\s*[,;]\\s*\\d{1,3})*)[\\]】]");
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

    /** So many words in a row are no accident. */
    private static final int RUN = 5;

    private static final int MOST = 50;

    /** None: an empty list. */
    ArrayNode of(String answer, List<KnowledgeHit> sources) {
        ArrayNode annotations = Json.array();
        Matcher marks = NUMBERS.matcher(answer);
        while (marks.find() && annotations.size() < MOST) {
            Matcher numbers = NUMBER.matcher(marks.group(1));
            while (numbers.find()) {
                int number = Integer.parseInt(numbers.group());
                if (number >= 1 && number <= sources.size()) {
                    annotations.add(
                            annotation(sources.get(number - 1), marks.start(), marks.end()));
                }
            }
        }
        if (annotations.isEmpty()) {
            unmarked(answer, sources, annotations);
        }
        return annotations;
    }

    private void unmarked(String answer, List<KnowledgeHit> sources, ArrayNode annotations) {
        Set<String> said = runs(answer);
        var seen = new HashSet<String>();
        for (KnowledgeHit source : sources) {
            String file = source.path().substring(source.path().lastIndexOf('/') + 1);
            boolean used =
                    answer.contains(file) || runs(source.text()).stream().anyMatch(said::contains);
            if (used && seen.add(source.id()) && annotations.size() < MOST) {
                annotations.add(annotation(source, 0, answer.length()));
            }
        }
    }

    private static Set<String> runs(String text) {
        List<String> words = new ArrayList<>();
        WORD.matcher(text.toLowerCase(Locale.ROOT))
                .results()
                .forEach(word -> words.add(word.group()));
        var runs = new HashSet<String>();
        for (int i = 0; i + RUN <= words.size(); i++) {
            runs.add(String.join(" ", words.subList(i, i + RUN)));
        }
        return runs;
    }

    private ObjectNode annotation(KnowledgeHit source, int from, int to) {
        var citation =
                Json.object()
                        .put("start_index", from)
                        .put("end_index", to)
                        .put("url", link(source))
                        .put("title", title(source));
        ObjectNode annotation = Json.object().put("type", "url_citation");
        annotation.set("url_citation", citation);
        return annotation;
    }

    static String title(KnowledgeHit source) {
        String title = source.title().isEmpty() ? source.path() : source.title();
        if (source.headings().isEmpty()) {
            return title;
        }
        // Most documents begin with a heading that is their title.
        return source.headings().equals(title) || source.headings().startsWith(title + " › ")
                ? source.headings()
                : title + " › " + source.headings();
    }

    /** Never where it is on this machine: the folder's name and what is below it. */
    String link(KnowledgeHit source) {
        StringBuilder link = new StringBuilder(url);
        if (url.isEmpty()) {
            link.append(encoded(names.getOrDefault(source.folder(), "documents"))).append('/');
        } else if (!url.endsWith("/")) {
            link.append('/');
        }
        List<String> parts = new ArrayList<>();
        for (String part : source.path().split("/")) {
            parts.add(encoded(part));
        }
        return link.append(String.join("/", parts)).toString();
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A message, or a delta, with these annotations behind those that it has. */
    static ObjectNode with(ObjectNode message, ArrayNode annotations) {
        ObjectNode copy = message.deepCopy();
        ArrayNode all = Json.array();
        for (JsonNode known : message.path("annotations")) {
            all.add(known);
        }
        all.addAll(annotations);
        copy.set("annotations", all);
        return copy;
    }
}
