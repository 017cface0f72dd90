package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Every library has its reason in docs/dependencies.md, and no reason is left over. */
class DependenciesTest {
    private static final Pattern DEPENDENCY =
            Pattern.compile(
                    "<dependency>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| (\\S.*) \\|$");
    private static final List<String> POMS =
            List.of(
                    "pom.xml",
                    "core/pom.xml",
                    "outbound/pom.xml",
                    "store/pom.xml",
                    "identity/pom.xml",
                    "payments/pom.xml",
                    "simulation/pom.xml",
                    "search/pom.xml",
                    "discovery/pom.xml",
                    "memory/pom.xml",
                    "nli/pom.xml",
                    "mcp/pom.xml",
                    "testkit/pom.xml",
                    "models/pom.xml",
                    "langchain4j/pom.xml",
                    "server/pom.xml",
                    "examples/pom.xml",
                    "app/pom.xml",
                    "bench/pom.xml");

    private static Set<String> used() {
        var used = new TreeSet<String>();
        for (String pom : POMS) {
            String text =
                    Repository.text(pom)
                            .replaceAll(
                                    "(?s)<dependencyManagement>.*</dependencyManagement>|<build>.*</build>",
                                    "");
            DEPENDENCY
                    .matcher(text)
                    .results()
                    .filter(found -> !found.group(1).equals("ai.robutler"))
                    .forEach(found -> used.add(found.group(1) + ":" + found.group(2)));
        }
        return used;
    }

    @Test
    void everyLibraryIsJustified() {
        var justified = new TreeSet<String>();
        ROW.matcher(Repository.text("docs/dependencies.md"))
                .results()
                .forEach(row -> justified.add(row.group(1)));
        assertThat(justified).isEqualTo(used());
    }

    @Test
    void everyModuleIsLookedAt() {
        Pattern module = Pattern.compile("<module>([^<]+)</module>");
        assertThat(
                        module.matcher(Repository.text("pom.xml"))
                                .results()
                                .map(found -> found.group(1) + "/pom.xml"))
                .allMatch(POMS::contains);
    }
}
