package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.Map;

class YamlReaderTest {
    private static final Environment ENVIRONMENT =
            new Environment(
                    Map.of(
                            "PORT", "8080",
                            "CODE", "0123",
                            "ODD", "12e5",
                            "YES", "true",
                            "EMPTY", "",
                            "HOST", "example.org"));

    private final Findings findings = new Findings();

    private YamlTree read(String text) {
        return YamlReader.read("f.yaml", text, 0, ENVIRONMENT, findings).orElseThrow();
    }

    private String broken(String text) {
        YamlReader.read("f.yaml", text, 0, ENVIRONMENT, findings);
        return findings.problems().getFirst().toString();
    }

    @Test
    void scalarsFollowTheCoreSchema() {
        String json =
                read("""
                                a: 1
                                b: 0x1F
                                c: 1.50
                                d: true
                                e: yes
                                f: ~
                                g: "1"
                                h: 0o17
                                i: 123456789012345678901234567890
                                """)
                        .root()
                        .toString();
        assertThat(json)
                .isEqualTo(
                        "{\"a\":1,\"b\":31,\"c\":1.50,\"d\":true,\"e\":\"yes\",\"f\":null,"
                                + "\"g\":\"1\",\"h\":15,\"i\":123456789012345678901234567890}");
        assertThat(findings.problems()).isEmpty();
    }

    @Test
    void everyPartHasItsLine() {
        YamlTree tree =
                read(
                        """
                        server:
                          port: 1

                          cors: { origins: [ a,
                             b ] }
                        a/b: 2
                        """);
        assertThat(tree.line("/server")).isEqualTo(1);
        assertThat(tree.line("/server/port")).isEqualTo(2);
        assertThat(tree.line("/server/cors/origins/1")).isEqualTo(5);
        assertThat(tree.line("/server/cors/none/at/all")).isEqualTo(4);
        assertThat(tree.line("/a~1b")).isEqualTo(6);
    }

    @Test
    void variablesAreExpanded() {
        YamlTree tree =
                read(
                        """
                        a: ${PORT}
                        b: "${PORT}"
                        c: http://${HOST}:${PORT}/
                        d: ${NONE:-7}
                        e: ${EMPTY:-x}
                        f: ${EMPTY}
                        g: $${PORT} $5
                        h: ${YES}
                        i: ${CODE}
                        j: ${ODD}
                        k: ${NONE:-}
                        """);
        assertThat(findings.problems()).isEmpty();
        assertThat(tree.root().toString())
                .isEqualTo(
                        "{\"a\":8080,\"b\":\"8080\",\"c\":\"http://example.org:8080/\",\"d\":7,"
                                + "\"e\":\"x\",\"f\":\"\",\"g\":\"${PORT} $5\",\"h\":true,"
                                + "\"i\":\"0123\",\"j\":\"12e5\",\"k\":\"\"}");
    }

    @Test
    void anUnsetVariableIsAProblemWithItsLine() {
        assertThat(broken("a: 1\nb: ${NONE}\n"))
                .isEqualTo(
                        "f.yaml:2: the environment variable NONE is not set; set it, or give a"
                                + " default: ${NONE:-default}");
    }

    @Test
    void aVariableWithoutAnEndIsAProblem() {
        assertThat(broken("a: ${NONE\n")).startsWith("f.yaml:1: '${' begins a variable");
    }

    @Test
    void aBareVariableInBracesIsExplained() {
        assertThat(broken("a: 1\nb: { c: ${PORT} }\n"))
                .startsWith("f.yaml:2: not valid YAML")
                .endsWith("put ${…} in quotes");
    }

    @Test
    void aKeyGivenTwiceNamesBothLines() {
        assertThat(broken("a: 1\nb: 2\na: 3\n"))
                .isEqualTo("f.yaml:3: 'a' is given twice (first in line 1); keep one of them");
    }

    @Test
    void aTabIsAProblemWithItsLine() {
        assertThat(broken("a:\n\tb: 1\n")).startsWith("f.yaml:2: not valid YAML").contains("TAB");
    }

    @Test
    void whatIsNoMappingIsAProblem() {
        assertThat(broken("- a\n- b\n")).contains("must consist of settings");
    }

    @Test
    void nothingIsAnEmptyMapping() {
        assertThat(read("").root()).isEmpty();
        assertThat(read("# only words\n").root()).isEmpty();
    }

    @Test
    void anAliasToItselfEnds() {
        assertThat(broken("a: &x\n  b: *x\n")).isNotEmpty();
    }

    @Test
    void aliasesThatMultiplyEnd() {
        var text = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 24; i++) {
            text.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }
        assertThat(broken(text.toString())).contains("too large");
    }

    @Test
    void unknownTagsAndInfinityAreProblems() {
        assertThat(broken("a: !mine x\n")).contains("f.yaml:1: a value with the tag !mine");
        assertThat(broken("a: .inf\n")).contains("f.yaml:1:");
    }

    @Property(tries = 500)
    void noTextThrows(@ForAll String text) {
        YamlReader.read("f.yaml", text, 0, ENVIRONMENT, new Findings());
        YamlReader.read("f.yaml", "a: " + text + "\nb: {" + text, 0, ENVIRONMENT, new Findings());
    }
}
