package ai.robutler.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Changes whenever a file does.
 *
 * @param modified in milliseconds, -1 where the file cannot be read
 * @param key tells a file from another that was renamed to its place
 */
record Stamp(long modified, long size, String key) {
    static Stamp of(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    attributes.lastModifiedTime().toMillis(),
                    attributes.size(),
                    String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            return new Stamp(-1, 0, "");
        }
    }
}
