package ai.robutler.memory;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Text in UTF-8, UTF-16 with its mark, or else what Windows took for Latin. */
final class PlainText {
    private static final Charset LATIN = Charset.forName("windows-1252");
    private static final int LOOKED_AT = 8_192;

    private PlainText() {}

    static void read(byte[] bytes, DocumentBounds bounds, DocumentWriter to) {
        to.text(decoded(bytes));
    }

    static String decoded(byte[] bytes) {
        String text = text(bytes);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static String text(byte[] bytes) {
        if (starts(bytes, 0xFE, 0xFF) || starts(bytes, 0xFF, 0xFE)) {
            return new String(bytes, StandardCharsets.UTF_16);
        }
        for (int i = 0; i < Math.min(bytes.length, LOOKED_AT); i++) {
            if (bytes[i] == 0) {
                throw new DocumentException("it is no text", null);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, LATIN);
        }
    }

    private static boolean starts(byte[] bytes, int first, int second) {
        return bytes.length >= 2 && bytes[0] == (byte) first && bytes[1] == (byte) second;
    }
}
