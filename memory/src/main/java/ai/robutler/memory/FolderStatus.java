package ai.robutler.memory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a folder of documents.
 *
 * @param scanned when something of it changed last; empty if it was never looked at whole
 * @param problem what kept the last look from its end
 * @param broken documents of which nothing, or not everything, can be found
 * @param isUsed whether an agent names it
 */
public record FolderStatus(
        String path,
        int documents,
        int chunks,
        Optional<Instant> scanned,
        Optional<String> problem,
        List<Broken> broken,
        boolean isUsed) {
    public FolderStatus {
        broken = List.copyOf(broken);
    }

    /**
     * A document, and what is wrong with it.
     *
     * @param path below the folder
     */
    public record Broken(String path, String problem) {}
}
