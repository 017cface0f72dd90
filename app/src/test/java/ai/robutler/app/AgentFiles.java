package ai.robutler.app;

import ai.robutler.core.Continuations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Agent files in a folder, as a test writes them. */
record AgentFiles(Path folder) {
    Path write(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Fleet fleet() {
        return fleet(Map.of());
    }

    Fleet fleet(Map<String, String> environment) {
        var variables = new Environment(environment);
        var maker =
                new AgentMaker(
                        TestModels.providers(),
                        TestModels.skills(),
                        "test/default",
                        Continuations.inMemory(),
                        Optional.empty(),
                        PlatformSkills.nli(Optional.empty()),
                        variables);
        return new Fleet(new AgentPaths(List.of(folder)), variables, maker);
    }

    /** The problems of all files, with the folder cut off. */
    List<String> problems() {
        return fleet().read().problems().stream()
                .map(problem -> problem.toString().replace(folder + "/", ""))
                .toList();
    }
}
