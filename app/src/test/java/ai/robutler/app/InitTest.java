package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.tools.ToolProvider;

class InitTest {
    @TempDir private Path folder;

    private static void compile(Path project, Path classes) throws IOException {
        var arguments =
                new ArrayList<>(List.of("-parameters", "-proc:none", "-d", classes.toString()));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
        try (var sources = Files.walk(project.resolve("src/main/java"))) {
            sources.filter(file -> file.toString().endsWith(".java"))
                    .forEach(file -> arguments.add(file.toString()));
        }
        int result =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(String[]::new));
        assertThat(result).isZero();
    }

    @Test
    void theNewProjectCompilesAndAnswers() throws Exception {
        Path project = folder.resolve("mine");
        try (Program init = Program.start(folder, Map.of(), "init", "mine")) {
            assertThat(init.exitCode()).as(init.err()).isZero();
        }
        Path classes = folder.resolve("classes");
        compile(project, classes);
        Path services = Path.of("META-INF/services/ai.robutler.core.SkillFactory");
        Files.createDirectories(classes.resolve(services).getParent());
        Files.copy(
                project.resolve("src/main/resources").resolve(services), classes.resolve(services));
        try (Program agents = withClasses(project, classes, "agents", "agents");
                Program check = withClasses(project, classes, "check", "agents")) {
            assertThat(agents.exitCode()).as(agents.err()).isZero();
            assertThat(agents.out()).contains("greeter").contains("greeting").contains("greet");
            assertThat(check.exitCode()).as(check.out()).isZero();
        }
        assertThat(Files.readString(project.resolve("pom.xml"))).doesNotContain("@");
        assertThat(project.resolve("README.md")).content().contains("serve agents");
    }

    private static Program withClasses(Path project, Path classes, String... arguments) {
        return Program.startWith(classes.toString(), project, arguments);
    }

    @Test
    void aFolderWithAnythingInItIsLeftAlone() throws Exception {
        Files.writeString(folder.resolve("mine.txt"), "precious");
        try (Program init = Program.start(folder, Map.of(), "init", ".")) {
            assertThat(init.exitCode()).isEqualTo(2);
            assertThat(init.err()).contains("is not an empty folder");
        }
        try (var entries = Files.list(folder)) {
            assertThat(entries).hasSize(1);
        }
    }
}
