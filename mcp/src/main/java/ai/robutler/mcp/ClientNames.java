package ai.robutler.mcp;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * What models call the tools of servers: {@code <server>_<tool>}, in the characters they may use.
 */
final class ClientNames {
    private static final int LONGEST = 64;

    private ClientNames() {}

    /** Different tools of a server get different names, as far as 32 bits tell them apart. */
    static String of(String server, String tool) {
        String plain = server + "_" + tool.replaceAll("[^a-zA-Z0-9_-]", "_");
        if (plain.length() <= LONGEST && plain.endsWith(tool)) {
            return plain;
        }
        var crc = new CRC32();
        crc.update(tool.getBytes(StandardCharsets.UTF_8));
        String end = "_" + HexFormat.of().toHexDigits((int) crc.getValue());
        int room = LONGEST - end.length();
        return plain.substring(0, Math.min(room, plain.length())) + end;
    }
}
