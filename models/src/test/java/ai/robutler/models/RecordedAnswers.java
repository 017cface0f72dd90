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
 * of a file, each with its name, its status and its body.
 */
record RecordedAnswers(Map<String, Recorded> sections) {
    record Recorded(int status, String body) {}

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
                int end = section.indexOf('\n');
                String[] head = section.substring(0, end).split(" ");
                int status = Integer.parseInt(head[1]);
                sections.put(head[0], new Recorded(status, section.substring(end + 1)));
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
