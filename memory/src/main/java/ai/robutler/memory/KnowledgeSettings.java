package ai.robutler.memory;

import ai.robutler.core.Settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The settings of the skill {@code knowledge}.
 *
 * @param folders whose documents are searched
 * @param prompt whether what fits the user's message is put before the model
 * @param promptTokens how much of it
 * @param topK how many pieces a search gives where the model names no number
 * @param url what paths of documents are put behind to make links of them, "" for none
 */
record KnowledgeSettings(
        List<KnowledgeFolder> folders, boolean prompt, int promptTokens, int topK, String url) {
    private static final String FOLDERS = "folders";

    KnowledgeSettings {
        folders = List.copyOf(folders);
    }

    /** Reads them all. Whether a folder is there is seen when it is looked into. */
    static KnowledgeSettings read(Settings settings) {
        List<String> include = globs(settings, "include");
        List<String> exclude = globs(settings, "exclude");
        var chunks =
                new DocumentChunks(
                        settings.integer("chunk-tokens", 400, 50, 4_000),
                        settings.integer("overlap-tokens", 60, 0, 1_000));
        if (chunks.overlap() * 2 > chunks.size()) {
            settings.problem("overlap-tokens", "must be at most half of chunk-tokens");
        }
        var bounds =
                DocumentBounds.of(
                        settings.integer("max-file-mb", 32, 1, 512) << 20,
                        settings.duration("max-time", Duration.ofSeconds(60)));
        Duration rescan = settings.duration("rescan", Duration.ofSeconds(15));
        if (rescan.compareTo(Duration.ofMillis(100)) < 0) {
            settings.problem("rescan", "must be at least 100ms");
        }
        List<KnowledgeFolder> folders = new ArrayList<>();
        var seen = new HashSet<String>();
        for (String text : settings.texts(FOLDERS)) {
            try {
                var folder =
                        new KnowledgeFolder(
                                name(Path.of(text)),
                                Path.of(text),
                                include,
                                exclude,
                                chunks,
                                bounds,
                                rescan);
                if (seen.add(folder.id())) {
                    folders.add(folder);
                }
            } catch (InvalidPathException e) {
                settings.problem(FOLDERS, "has '" + text + "', which is no path");
            }
        }
        if (folders.isEmpty()) {
            settings.problem(FOLDERS, "must name a folder of documents, as in folders: [docs]");
        }
        return new KnowledgeSettings(
                folders,
                settings.flag("prompt", false),
                settings.integer("prompt-tokens", 1_500, 100, 100_000),
                settings.integer("top-k", 5, 1, 50),
                settings.text("url", ""));
    }

    private static List<String> globs(Settings settings, String key) {
        List<String> globs = settings.texts(key);
        for (String glob : globs) {
            try {
                KnowledgeFolder.matcher(glob);
            } catch (IllegalArgumentException e) {
                settings.problem(key, "has '" + glob + "', which is no pattern like **/*.md");
                return List.of();
            }
        }
        return globs;
    }

    private static String name(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        return last == null ? "documents" : last.toString();
    }
}
