package ai.robutler.memory;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * A folder of documents, and how they are read. Agents that name the same folder in the same way
 * share what was read of it, and so do nodes where it is at the same place.
 *
 * @param name what people call it: the last part of its path
 * @param path absolute
 * @param include globs of paths below the folder; none: all documents
 * @param exclude globs of paths that are left out
 * @param chunks how documents are cut
 * @param bounds of one document
 * @param rescan how long after one look the next one is taken
 */
record KnowledgeFolder(
        String name,
        Path path,
        List<String> include,
        List<String> exclude,
        DocumentChunks chunks,
        DocumentBounds bounds,
        Duration rescan) {
    private static final int ID_BYTES = 12;

    KnowledgeFolder {
        path = path.toAbsolutePath().normalize();
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /** Names it in the database. */
    String id() {
        return hash(
                path.toString(),
                include.toString(),
                exclude.toString(),
                chunks.size() + "/" + chunks.overlap());
    }

    /** Whether a file below the folder is one of its documents. */
    boolean has(Path below) {
        boolean hidden = false;
        for (Path part : below) {
            hidden |= part.toString().startsWith(".");
        }
        String fileName = String.valueOf(below.getFileName());
        return !hidden
                && !fileName.startsWith("~$")
                && DocumentReader.format(fileName).isPresent()
                && (include.isEmpty() || matches(include, below))
                && !matches(exclude, below);
    }

    private static boolean matches(List<String> globs, Path below) {
        return globs.stream().anyMatch(glob -> matcher(glob).matches(below));
    }

    /**
     * @throws IllegalArgumentException if it is no glob
     */
    static PathMatcher matcher(String glob) {
        return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    }

    /** A short name for all of these together. */
    static String hash(String... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
