package ai.robutler.app;

import ai.robutler.core.Json;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** {@code robutler user export | delete}: what is kept of a user. */
final class UserCommands {
    private UserCommands() {}

    static Command group() {
        return new CommandGroup(
                "user",
                "Copies or deletes what is kept of a user.",
                List.of(new Export(), new Delete()));
    }

    /** A copy of all of it. */
    private static final class Export implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec =
                    Specs.command("export", "Writes all that is kept of a user, as JSON.");
            Specs.argument(spec, "USER", "Whose data.");
            Specs.text(
                    spec,
                    "--file",
                    "FILE",
                    "Where to write it; only you can read it. Default: the output.");
            return Specs.withConfig(spec, Keeper.OPTIONS);
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            String user = Specs.paths(parsed).getFirst();
            String file = Specs.one(parsed, "--file");
            return Keeper.withUserData(
                    parsed,
                    io,
                    data -> {
                        if (file.isEmpty()) {
                            data.export(user, uncloseable(io.out()));
                            io.out().println();
                            return OK;
                        }
                        try (OutputStream out = create(Path.of(file))) {
                            data.export(user, out);
                        } catch (IOException e) {
                            io.err().println("The file cannot be written: " + e.getMessage());
                            return FAILED;
                        }
                        io.err().println("Written: " + file);
                        return OK;
                    });
        }

        /** A new file: what another left there is not overwritten, nor its readers kept. */
        private static OutputStream create(Path file) throws IOException {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(file);
            }
            return new BufferedOutputStream(Files.newOutputStream(file));
        }

        private static OutputStream uncloseable(OutputStream out) {
            return new FilterOutputStream(out) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    out.write(bytes, from, length);
                }

                @Override
                public void close() throws IOException {
                    flush();
                }
            };
        }
    }

    /** Forgets a user. */
    private static final class Delete implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec =
                    Specs.command(
                            "delete",
                            "Deletes all that is kept of a user and may be deleted, and revokes the"
                                    + " user's keys and payment tokens.");
            Specs.argument(spec, "USER", "Whose data.");
            return Specs.withConfig(spec, Keeper.OPTIONS);
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            String user = Specs.paths(parsed).getFirst();
            return Keeper.withUserData(
                    parsed,
                    io,
                    data -> {
                        io.out().println(Json.write(data.delete(user)));
                        return OK;
                    });
        }
    }
}
