package ai.robutler.testkit;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

/** What a tolerant client makes of a stream with one choice. */
final class Assembled {

    /** A call under construction. */
    static final class Part {
        private final int index;
        private String id;
        private final StringBuilder name = new StringBuilder();
        private final StringBuilder arguments = new StringBuilder();

        private Part(int index, String id) {
            this.index = index;
            this.id = id;
        }
    }

    final StringBuilder text = new StringBuilder();
    final StringBuilder refusal = new StringBuilder();
    private final List<Part> parts = new ArrayList<>();
    @Nullable String finish;

    static Assembled of(List<String> events) {
        Assembled assembled = new Assembled();
        for (JsonNode chunk : Events.chunks(events)) {
            for (JsonNode choice : chunk.path("choices")) {
                assembled.add(choice);
            }
        }
        return assembled;
    }

    List<Call> calls() {
        return parts.stream()
                .map(part -> new Call(part.id, part.name.toString(), part.arguments.toString()))
                .toList();
    }

    private void add(JsonNode choice) {
        JsonNode delta = choice.path("delta");
        text.append(delta.path("content").stringValue(""));
        refusal.append(delta.path("refusal").stringValue(""));
        for (JsonNode part : delta.path("tool_calls")) {
            add(part, delta.path("tool_calls").size() > 1);
        }
        if (choice.hasNonNull("finish_reason")) {
            finish = choice.path("finish_reason").asString();
        }
    }

    private void add(JsonNode delta, boolean whole) {
        String name = delta.at("/function/name").stringValue("");
        Part part = whole ? started(delta) : find(delta, name);
        String id = delta.path("id").stringValue("");
        if (!id.isEmpty()) {
            part.id = id;
        }
        part.name.append(name);
        part.arguments.append(delta.at("/function/arguments").stringValue(""));
    }

    /**
     * By the id if it is known, else by the index; a new id or a second name starts another call.
     */
    private Part find(JsonNode delta, String name) {
        String id = delta.path("id").stringValue("");
        int index = delta.path("index").intValue(-1);
        Part found = null;
        for (Part part : parts) {
            boolean fits = index < 0 || part.index == index;
            boolean contradicts = !id.isEmpty() && !part.id.isEmpty() && !id.equals(part.id);
            if (!id.isEmpty() && id.equals(part.id)) {
                return part;
            }
            if (fits && !contradicts) {
                found = part;
            } else if (fits) {
                found = null;
            }
        }
        boolean second = found != null && !name.isEmpty() && found.arguments.length() > 0;
        return found == null || second ? started(delta) : found;
    }

    private Part started(JsonNode delta) {
        Part part = new Part(delta.path("index").intValue(-1), delta.path("id").stringValue(""));
        parts.add(part);
        return part;
    }
}
