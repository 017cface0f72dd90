package ai.robutler.models;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One event of a stream.
 *
 * @param type its {@code event} field, "" where it has none
 * @param data its {@code data} fields, joined by line feeds: UTF-8, not yet decoded; not copied
 */
record SseEvent(String type, byte[] data) {

    boolean is(byte[] text) {
        return Arrays.equals(data, text);
    }

    String text() {
        return new String(data, StandardCharsets.UTF_8);
    }
}
