package ai.robutler.models;

import ai.robutler.testkit.Reply;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a provider answers, written by hand in its known shapes and not captured from it: sections
 * of a file, each with its name, its status, a line with its source (a public document or
 * repository, or that there is none) and its body.
 */
record RecordedAnswers(Map<String, Recorded> sections) {
    record Recorded(int status, String source, String body) {}

    static OpenAiDialect dialect(String name) {
        return Dialects.ALL.stream()
                .filter(dialect -> dialect.name().equals(name))
                .findFirst()
                .orElse(OpenAiDialect.OPENAI);
    }

    static RecordedAnswers of(String provider) {
        var sections = new LinkedHashMap<String, Recorded>();
        for (String section : text(provider).split("(?m)^=== ")) {
            if (!section.isBlank()) {
                String[] parts = section.split("\n", 3);
                String[] head = parts[0].split(" ");
                int status = Integer.parseInt(head[1]);
                if (!parts[1].startsWith("# ")) {
                    throw new AssertionError(provider + ", " + head[0] + ": no source");
                }
                sections.put(head[0], new Recorded(status, parts[1].substring(2), parts[2]));
            }
        }
        return new RecordedAnswers(sections);
    }

    private static String text(String provider) {
        String name = "recorded/" + provider + ".txt";
        try (InputStream in = RecordedAnswers.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no recorded answers of " + provider);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(String section) {
        return sections.containsKey(section);
    }

    Reply reply(String section) {
        Recorded recorded = sections.get(section);
        if (recorded == null) {
            throw new AssertionError("no recorded " + section);
        }
        return section.endsWith(".stream")
                ? Reply.rawStream(recorded.body())
                : Reply.rawJson(recorded.status(), recorded.body());
    }
}
