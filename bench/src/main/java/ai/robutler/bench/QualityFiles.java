package ai.robutler.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The agents and questions by which discovery is judged. */
final class QualityFiles {
    private static final String FOLDER = "discovery/src/test/resources/quality";

    /** An agent. */
    record Entry(String name, String description, List<String> intents) {}

    /** A question, and who should answer. */
    record Question(String kind, String asked, String agent) {}

    private QualityFiles() {}

    static List<Entry> agents() throws IOException {
        return lines("agents.txt").stream()
                .map(each -> new Entry(each[0], each[1], List.of(each[2].split("; "))))
                .toList();
    }

    static List<Question> questions() throws IOException {
        return lines("queries.txt").stream()
                .map(each -> new Question(each[0], each[1], each[2]))
                .toList();
    }

    private static List<String[]> lines(String file) throws IOException {
        Path here = Path.of(FOLDER);
        Path folder = Files.isDirectory(here) ? here : Path.of("..").resolve(FOLDER);
        return Files.readAllLines(folder.resolve(file)).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" \\| "))
                .toList();
    }
}
