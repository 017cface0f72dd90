package ai.robutler.mcp;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server's process and all that it starts: a session of its own where the system has {@code
 * setsid}, so that its end is the end of them all.
 */
final class StdioProcess {
    private static final Logger LOG = LoggerFactory.getLogger(StdioProcess.class);
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Path KILL = Path.of("/bin/kill");
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** What every program needs to run at all; nothing else of our environment is seen by it. */
    private static final List<String> ESSENTIAL = List.of("PATH", "HOME", "LANG", "TMPDIR");

    private final Process process;
    private final boolean grouped;

    private StdioProcess(Process process, boolean grouped) {
        this.process = process;
        this.grouped = grouped;
    }

    /**
     * @throws ClientException.Lost if it cannot be started
     */
    static StdioProcess start(ClientEndpoint.Command endpoint) {
        boolean grouped = Files.isExecutable(SETSID) && Files.isExecutable(KILL);
        var command = new ArrayList<String>();
        if (grouped) {
            command.add(SETSID.toString());
        }
        command.addAll(endpoint.command());
        var builder = new ProcessBuilder(command);
        var ours = System.getenv();
        builder.environment().clear();
        for (String name : ESSENTIAL) {
            String value = ours.get(name);
            if (value != null) {
                builder.environment().put(name, value);
            }
        }
        builder.environment().putAll(endpoint.env());
        if (!endpoint.folder().isEmpty()) {
            builder.directory(Path.of(endpoint.folder()).toFile());
        }
        try {
            return new StdioProcess(builder.start(), grouped);
        } catch (IOException e) {
            throw new ClientException.Lost(endpoint + " cannot be started", e);
        }
    }

    long pid() {
        return process.pid();
    }

    InputStream output() {
        return process.getInputStream();
    }

    InputStream errors() {
        return process.getErrorStream();
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    /** How it ended, in a few words. */
    String ended() {
        try {
            if (process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                return "the process ended with status " + process.exitValue();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return "the process closed its output";
    }

    /** Asks it to end by closing its input, then by signals; what is left of it is killed. */
    void end() {
        List<ProcessHandle> children = process.descendants().toList();
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the input of process {} was closed already", pid(), e);
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                signal("TERM", children);
                boolean _ = process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            interrupted = true;
        } finally {
            // Whatever it started and left behind goes as well.
            signal("KILL", children);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void signal(String signal, List<ProcessHandle> children) {
        boolean kill = signal.equals("KILL");
        if (grouped) {
            toGroup(signal);
        }
        children.forEach(child -> end(child, kill));
        process.descendants().forEach(child -> end(child, kill));
        end(process.toHandle(), kill);
    }

    private static void end(ProcessHandle handle, boolean kill) {
        boolean _ = kill ? handle.destroyForcibly() : handle.destroy();
    }

    /** The process leads its group: their number is the same, and stays taken while one lives. */
    private void toGroup(String signal) {
        try {
            Process sent =
                    new ProcessBuilder(KILL.toString(), "-" + signal, "--", "-" + pid())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            sent.getOutputStream().close();
            if (!sent.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                sent.destroyForcibly();
            }
        } catch (IOException e) {
            LOG.warn("the processes of group {} cannot be signalled", pid(), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
