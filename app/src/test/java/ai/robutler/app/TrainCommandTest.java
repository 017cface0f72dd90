package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

class TrainCommandTest {
    private static final String CALCULATOR = "---\nskills: [calculator]\n---\nYou calculate.\n";

    @TempDir private Path folder;

    private int train() {
        var home = new Home(folder, Optional.of(folder));
        var out = new PrintStream(System.out, true);
        var io = new Io(InputStream.nullInputStream(), out, out, new Environment(Map.of()), home);
        return Main.run(new String[] {"train", folder.resolve("natives").toString()}, io);
    }

    @Test
    void agentsThatAreWrongDoNotEndIt() throws Exception {
        Path agents = Files.createDirectories(folder.resolve("examples/agents"));
        assertThat(train()).as("without any agent").isZero();
        Files.writeString(agents.resolve("a.md"), "---\nmodel: openai/gpt-4o\n---\nNo key.\n");
        Files.writeString(agents.resolve("b.md"), "---\nskills: [none]\n---\nNo skill.\n");
        Files.writeString(agents.resolve("c.md"), CALCULATOR);
        assertThat(train()).as("with one of three").isZero();
        assertThat(folder.resolve("natives")).isNotEmptyDirectory();
    }
}
