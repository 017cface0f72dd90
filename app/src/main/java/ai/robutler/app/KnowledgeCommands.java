package ai.robutler.app;

import ai.robutler.core.ApiException;
import ai.robutler.memory.FolderStatus;
import ai.robutler.memory.KnowledgeBase;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code robutler knowledge status | ingest}: the documents of agents. */
final class KnowledgeCommands {
    private KnowledgeCommands() {}

    static Command group() {
        return new CommandGroup(
                "knowledge",
                "Shows and reads the documents that agents search.",
                List.of(new Status(), new Ingest()));
    }

    private interface Work {
        int with(KnowledgeBase knowledge) throws InterruptedException;
    }

    private static int withKnowledge(ParseResult parsed, Io io, Work work)
            throws InterruptedException {
        var findings = new Findings();
        try (Setup setup = Setup.serving(parsed, Specs.paths(parsed), io, findings)) {
            if (!findings.isClean() || setup.platform().isEmpty()) {
                io.show(findings);
                return Command.WRONG;
            }
            return work.with(setup.platform().get().knowledge());
        } catch (ApiException e) {
            io.err().println(Redaction.mask(String.valueOf(e.getMessage())));
            return Command.FAILED;
        }
    }

    /** Shows what there is. */
    private static final class Status implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec =
                    Specs.command("status", "Shows folders, documents, and what is wrong.");
            return Specs.withPaths(Specs.withConfig(spec, Option.ALL));
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            return withKnowledge(parsed, io, knowledge -> show(knowledge.folders(), io));
        }
    }

    private static int show(List<FolderStatus> folders, Io io) {
        if (folders.isEmpty()) {
            io.out().println("No agent has documents; give one the skill 'knowledge'.");
            return Command.OK;
        }
        var rows = new ArrayList<List<String>>();
        for (FolderStatus folder : folders) {
            rows.add(
                    List.of(
                            folder.path(),
                            Integer.toString(folder.documents()),
                            Integer.toString(folder.chunks()),
                            Integer.toString(folder.broken().size()),
                            folder.scanned().map(Instant::toString).orElse("never"),
                            folder.isUsed() ? "yes" : "no"));
        }
        Table.print(
                io.out(),
                List.of("FOLDER", "DOCUMENTS", "CHUNKS", "BROKEN", "CHANGED", "USED"),
                rows);
        for (FolderStatus folder : folders) {
            folder.problem().ifPresent(words -> io.out().println("Problem: " + words));
            folder.broken()
                    .forEach(
                            each ->
                                    io.out()
                                            .println(
                                                    "Broken: "
                                                            + each.path()
                                                            + ": "
                                                            + each.problem()));
        }
        return Command.OK;
    }

    /** Reads what is new or changed, and ends. */
    private static final class Ingest implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec =
                    Specs.command(
                            "ingest",
                            "Reads documents that are new or changed, as a server does by itself.");
            return Specs.withPaths(Specs.withConfig(spec, Option.ALL));
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            return withKnowledge(
                    parsed,
                    io,
                    knowledge -> {
                        boolean well = knowledge.ingest(words -> io.out().println(words));
                        show(knowledge.folders(), io);
                        return well ? OK : FAILED;
                    });
        }
    }
}
