package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A marked block of a text for users.
 *
 * @param kind how it is proved: {@code run}, {@code serve}, {@code agent}, {@code config} or {@code
 *     java}
 * @param mark what its mark says besides
 */
record DocBlock(String kind, String mark, String content) {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "<!-- (run|serve|agent|config|java): (.*?) -->\\n```\\w+\\n(.*?)```",
                    Pattern.DOTALL);

    /** All of a file, in their order. */
    static List<DocBlock> of(String file) {
        return BLOCK.matcher(Repository.text(file))
                .results()
                .map(each -> new DocBlock(each.group(1), each.group(2), each.group(3)))
                .toList();
    }

    static List<DocBlock> of(String file, String kind) {
        var blocks = of(file).stream().filter(each -> each.kind().equals(kind)).toList();
        assertThat(blocks).as(kind + " in " + file).isNotEmpty();
        return blocks;
    }

    /** Runs it with a shell, and looks for what its mark says in its output. */
    void run(Path folder, String url) throws IOException, InterruptedException {
        run(folder, url, "", "");
    }

    /** The same, with the variables of a file, which is given those of this block. */
    void run(Path folder, String url, Path variables) throws IOException, InterruptedException {
        run(
                folder,
                url,
                "touch '%s'; . '%s'\n".formatted(variables, variables),
                "\ndeclare -p KEY BOB TOKEN > '%s' 2> /dev/null || true\n".formatted(variables));
    }

    private void run(Path folder, String url, String before, String after)
            throws IOException, InterruptedException {
        String launcher =
                Program.command().stream()
                        .map(part -> "'" + part + "'")
                        .collect(Collectors.joining(" "));
        String script =
                content.replace("./robutler", launcher).replace("http://127.0.0.1:8000", url);
        var builder =
                new ProcessBuilder("bash", "-ec", before + script + after)
                        .directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ROBUTLER_"));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        assertThat(out).contains(mark.split(" \\| "));
    }
}
