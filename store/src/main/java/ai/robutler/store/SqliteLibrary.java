package ai.robutler.store;

import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * SQLite's native library. Its driver unpacks it at each start, and compares what it has unpacked,
 * unless the system property {@code org.sqlite.lib.path} names a folder that has it.
 */
public final class SqliteLibrary {
    private SqliteLibrary() {}

    /**
     * Puts the library for this machine into a folder, for later starts with the same driver.
     *
     * @param folder is created where it is missing
     * @throws IOException if the driver has none for this machine, or it cannot be written
     */
    public static void unpack(Path folder) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (library == null) {
                throw new IOException("the driver of SQLite has no library for this machine");
            }
            Files.createDirectories(folder);
            Files.copy(library, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
