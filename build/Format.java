import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
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
    int wrong = 0;
    for (Path file : sources) {
        String text = Files.readString(file);
        String formatted =
                formatter.formatSource(
                        RemoveUnusedImports.removeUnusedImports(
                                ImportOrderer.reorderImports(text, options.style())));
        if (formatted.equals(text)) {
            continue;
        }
        if (fix) {
            Files.writeString(file, formatted);
        } else {
            wrong++;
            System.err.println("not formatted: " + file);
        }
    }
    if (wrong > 0) {
        System.err.println("mend it with: mvn -N validate -Dformat=fix");
        System.exit(1);
    }
}

boolean isSource(Path path) {
    String name = path.toString();
    return name.endsWith(".java") && name.contains("src") && !name.contains("target");
}
