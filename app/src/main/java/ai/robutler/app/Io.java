package ai.robutler.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a command reads and writes. UTF-8 throughout, whatever the locale says. */
record Io(InputStream in, PrintStream out, PrintStream err, Environment environment, Home home) {
    static Io system() {
        return new Io(
                System.in,
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                Environment.system(),
                Home.ofProgram());
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Tells the user of problems and warnings, one a line. */
    void show(Findings findings) {
        findings.warnings().forEach(warning -> err.println("warning: " + warning));
        findings.problems().forEach(err::println);
    }
}
