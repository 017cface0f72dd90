package ai.robutler.store;

import org.flywaydb.core.api.resource.LoadableResource;

import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** A script of a module, as it lies on the class path. */
final class Script extends LoadableResource {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String path;
    private final String text;

    Script(String path, byte[] bytes) {
        this.path = path;
        this.text = new String(bytes, StandardCharsets.UTF_8);
    }

    /** What stands between the V and the words, as Flyway writes it down. */
    String version() {
        String name = getFilename();
        int end = name.indexOf("__");
        return end < 1 ? name : name.substring(1, end).replace('_', '.');
    }

    /** As Flyway writes it down: over the lines, whatever they end with. */
    int checksum() {
        var crc = new CRC32();
        String lines =
                text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        lines.lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) crc.getValue();
    }

    @Override
    public Reader read() {
        return new StringReader(text);
    }

    @Override
    public String getAbsolutePath() {
        return path;
    }

    @Override
    public String getAbsolutePathOnDisk() {
        return path;
    }

    @Override
    public String getFilename() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public String getRelativePath() {
        return getFilename();
    }
}
