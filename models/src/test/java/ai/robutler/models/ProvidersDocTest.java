package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The table in the documentation says what the table in the code says. */
class ProvidersDocTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "providers.md");

    @Test
    void eachRowIsDocumentedAsItIs() throws IOException {
        List<String> lines = Files.readAllLines(DOCUMENT);
        var rows = new ArrayList<String>();
        Stream.concat(Stream.of(OpenAiDialect.OPENAI), Dialects.ALL.stream())
                .forEach(dialect -> rows.add(row(dialect)));
        List<String> documented =
                lines.stream()
                        .filter(line -> rows.stream().anyMatch(row -> sameProvider(row, line)))
                        .toList();
        assertThat(documented).containsExactlyElementsOf(rows);
    }

    private static boolean sameProvider(String row, String line) {
        return line.startsWith(row.substring(0, row.indexOf('|', 1)));
    }

    private static String row(OpenAiDialect dialect) {
        String model = dialect.defaultModel();
        return "| `%s` | %s | %s | `%s` | %s |"
                .formatted(
                        dialect.name(),
                        variables(dialect),
                        model.isEmpty() ? "none" : "`" + model + "`",
                        dialect.baseUrl(),
                        quirks(dialect));
    }

    private static String variables(OpenAiDialect dialect) {
        String all = "`" + dialect.keyVariable() + "`, `" + dialect.urlVariable() + "`";
        return switch (dialect.access()) {
            case KEY -> all;
            case HERE -> all + ", `" + OllamaHost.VARIABLE + "`; no key needed";
            case ADDRESS -> all + "; the address is needed, no key";
        };
    }

    private static String quirks(OpenAiDialect dialect) {
        Quirks quirks = dialect.quirks();
        if (quirks == Quirks.NONE) {
            return "none";
        }
        var words = new ArrayList<String>();
        if (!quirks.drops.isEmpty()) {
            words.add("without " + list(quirks.drops));
        }
        new TreeSet<>(quirks.renames.keySet())
                .forEach(
                        ours ->
                                words.add(
                                        "`%s` is `%s`".formatted(ours, quirks.renames.get(ours))));
        if (!quirks.thinkingDrops.isEmpty()) {
            words.add("for thinking models without " + list(quirks.thinkingDrops));
        }
        if (!quirks.messageDrops.isEmpty()) {
            words.add("messages without " + list(quirks.messageDrops));
        }
        if (quirks.shortCallIds) {
            words.add("ids of tool calls of nine letters and digits");
        }
        if (!quirks.developer) {
            words.add("`developer` is `system`");
        }
        if (!quirks.streamOptions) {
            words.add("usage unasked");
        }
        if (!quirks.usage.isEmpty()) {
            words.add("usage at `" + quirks.usage + "`");
        }
        if (!quirks.chunkError.isEmpty()) {
            words.add("errors of streams at `" + quirks.chunkError + "`");
        }
        if (!quirks.cost.isEmpty()) {
            words.add("tells what it charged");
        }
        if (!quirks.thoughts.isEmpty()) {
            words.add("thoughts in `" + quirks.thoughts + "`");
        }
        if (quirks.contentParts) {
            words.add("thoughts among the content");
        }
        new TreeSet<>(quirks.finishReasons.keySet())
                .forEach(
                        theirs ->
                                words.add(
                                        "finish reason `%s` is `%s`"
                                                .formatted(
                                                        theirs, quirks.finishReasons.get(theirs))));
        words.add(
                "thinking by "
                        + quirks.effort.words()
                        + (quirks.efforts.isEmpty()
                                ? ""
                                : " (" + String.join(", ", quirks.efforts) + ")"));
        return String.join("; ", words);
    }

    private static String list(Collection<String> fields) {
        return String.join(
                ", ", new TreeSet<>(fields).stream().map(field -> "`" + field + "`").toList());
    }
}
