package ai.robutler.app;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The folders and files in which agents are looked for. */
record AgentPaths(List<Path> paths) {
    /** What else is found in a folder of Markdown, and is skipped where it has no front matter. */
    private static final Set<String> NO_AGENTS =
            Set.of("readme", "license", "licence", "changelog", "contributing", "notice");

    AgentPaths {
        paths = List.copyOf(paths);
    }

    /** These paths, or where nothing is given, the default. */
    static AgentPaths of(List<String> given, Home home) {
        return given.isEmpty()
                ? new AgentPaths(List.of(home.agents()))
                : new AgentPaths(given.stream().map(Path::of).toList());
    }

    /** Every agent file there is now, in the order of paths and names. */
    List<AgentFile> find(Findings findings) {
        var found = new LinkedHashMap<Path, AgentFile>();
        for (Path path : paths) {
            for (Path file : files(path, findings)) {
                AgentFile agent = AgentFile.of(file);
                found.putIfAbsent(agent.path(), agent);
            }
        }
        var byName = new LinkedHashMap<String, AgentFile>();
        for (AgentFile file : found.values()) {
            AgentFile first = byName.putIfAbsent(file.name(), file);
            if (first != null) {
                findings.problem(
                        file.shown(),
                        1,
                        "the agent '"
                                + file.name()
                                + "' is also in "
                                + first.shown()
                                + "; rename one of them");
            }
        }
        return List.copyOf(byName.values());
    }

    private static List<Path> files(Path path, Findings findings) {
        if (Files.isDirectory(path)) {
            return inFolder(path, findings);
        }
        if (!Files.exists(path)) {
            findings.problem(
                    path.toString(), 0, "no such file or folder; name one that has agents");
            return List.of();
        }
        if (!path.toString().endsWith(".md")) {
            findings.problem(path.toString(), 0, "an agent is a file NAME.md; this is none");
            return List.of();
        }
        return List.of(path);
    }

    private static List<Path> inFolder(Path folder, Findings findings) {
        var files = new ArrayList<Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry)) {
                    Path inside = entry.resolve(AgentFile.IN_FOLDER);
                    if (Files.isRegularFile(inside)) {
                        files.add(inside);
                    }
                } else if (isAgent(entry)) {
                    files.add(entry);
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            findings.problem(folder.toString(), 0, "cannot be read; check its permissions");
        }
        files.sort(null);
        return files;
    }

    private static boolean isAgent(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(".md") || name.startsWith(".")) {
            return false;
        }
        String stem = name.substring(0, name.length() - 3).toLowerCase(Locale.ROOT);
        return !NO_AGENTS.contains(stem) || FrontMatter.begins(Files.readString(file));
    }

    /** What distinguishes one state of the files from another, without reading them. */
    Map<Path, Stamp> stamps() {
        var stamps = new LinkedHashMap<Path, Stamp>();
        for (AgentFile file : find(new Findings())) {
            stamps.put(file.path(), Stamp.of(file.path()));
        }
        return stamps;
    }
}
