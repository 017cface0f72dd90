package ai.robutler.app;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A line to type in, with a history. Ctrl-C cancels an answer, Ctrl-D leaves. */
final class Prompt {
    private Prompt() {}

    @SuppressWarnings("SystemConsoleNull") // The JDK's own contract still allows null.
    static boolean isInteractive() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    static int talk(Conversation conversation, Path data, Io io) {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            LineReader reader = reader(terminal, data, io);
            io.out().println("You talk to " + conversation.agentName() + ". Ctrl-D leaves.");
            while (true) {
                try {
                    String line = reader.readLine("> ").strip();
                    if (!line.isEmpty()) {
                        answer(conversation, terminal, line);
                    }
                } catch (UserInterruptException e) {
                    // Ctrl-C at the prompt throws the line away.
                }
            }
        } catch (EndOfFileException e) {
            return Command.OK;
        } catch (IOException e) {
            io.err().println("The terminal cannot be used: " + e.getMessage());
            return Command.FAILED;
        }
    }

    private static LineReader reader(Terminal terminal, Path data, Io io) {
        var builder =
                LineReaderBuilder.builder()
                        .terminal(terminal)
                        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
        try {
            Files.createDirectories(data);
            builder.variable(LineReader.HISTORY_FILE, data.resolve("chat_history"));
        } catch (IOException e) {
            io.err().println("No history is kept: " + data + " cannot be written.");
        }
        return builder.build();
    }

    private static void answer(Conversation conversation, Terminal terminal, String line) {
        Thread here = Thread.currentThread();
        var before = terminal.handle(Terminal.Signal.INT, _ -> here.interrupt());
        try {
            conversation.say(line);
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
            // A Ctrl-C that came after the last word is not meant for the prompt.
            Thread.interrupted();
        }
    }
}
