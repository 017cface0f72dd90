import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Checks the layout of every Java file, or rewrites it with the argument {@code fix}. */
void main(String[] args) throws Exception {
    boolean fix = args.length > 0 && args[0].equals("fix");
    var options = JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build();
    var formatter = new Formatter(options);
    List<Path> sources;
    try (Stream<Path> tree = Files.walk(Path.of(""))) {
        sources = tree.filter(path -> isSource(path)).sorted().toList();
    }
    // The formatter is for any number of threads.
    var wrong = sources.parallelStream().filter(file -> isWrong(file, formatter, fix)).toList();
    wrong.forEach(file -> System.err.println("not formatted: " + file));
    if (!wrong.isEmpty()) {
        System.err.println("mend it with: mvn -N validate -Dformat=fix");
        System.exit(1);
    }
}

/** Whether its layout is wrong, and still is. */
boolean isWrong(Path file, Formatter formatter, boolean fix) {
    try {
        String text = Files.readString(file);
        String formatted =
                formatter.formatSource(
                        RemoveUnusedImports.removeUnusedImports(
                                ImportOrderer.reorderImports(
                                        text, JavaFormatterOptions.Style.AOSP)));
        if (fix && !formatted.equals(text)) {
            Files.writeString(file, formatted);
        }
        return !fix && !formatted.equals(text);
    } catch (IOException e) {
        throw new UncheckedIOException(e);
    } catch (FormatterException e) {
        throw new IllegalStateException(file + ": " + e.getMessage(), e);
    }
}

boolean isSource(Path path) {
    String name = path.toString();
    return name.endsWith(".java") && name.contains("src") && !name.contains("target");
}
