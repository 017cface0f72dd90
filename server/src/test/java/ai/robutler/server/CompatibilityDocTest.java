package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The table of what is compatible names its proofs: they must be there. */
class CompatibilityDocTest {
    private static final Path DOC = Path.of("../docs/openai-compatibility.md");
    private static final Pattern PROOF = Pattern.compile("([A-Z]\\w+Test)#(\\w+)");

    @Test
    void eachProofIsATestOfOurs() throws IOException {
        var missing = new ArrayList<String>();
        var matcher = PROOF.matcher(Files.readString(DOC));
        int proofs = 0;
        while (matcher.find()) {
            proofs++;
            Pattern method = Pattern.compile("void " + matcher.group(2) + "\\(");
            boolean there =
                    sources(matcher.group(1) + ".java").stream()
                            .anyMatch(source -> method.matcher(source).find());
            if (!there) {
                missing.add(matcher.group());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(proofs).isGreaterThan(40);
    }

    @Test
    void eachRowHasAProof() throws IOException {
        assertThat(Files.readAllLines(DOC))
                .filteredOn(line -> line.startsWith("| ") && !line.startsWith("| field"))
                .allSatisfy(line -> assertThat(PROOF.matcher(line).find()).as(line).isTrue());
    }

    private static List<String> sources(String name) throws IOException {
        var sources = new ArrayList<String>();
        for (String module : List.of("core", "models", "server")) {
            try (Stream<Path> tree = Files.walk(Path.of("..", module, "src/test/java"))) {
                for (Path file : tree.filter(path -> path.endsWith(name)).toList()) {
                    sources.add(Files.readString(file));
                }
            }
        }
        return sources;
    }
}
