package ai.robutler.server;

import ai.robutler.core.InvalidRequestException;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request's path, taken apart before it is decoded, so that an encoded slash never becomes a
 * separator. One slash at the end makes no difference.
 *
 * @param raw the segments as they came; none for the root
 * @param segments the same, decoded
 */
record RequestPath(List<String> raw, List<String> segments) {
    RequestPath {
        raw = List.copyOf(raw);
        segments = List.copyOf(segments);
    }

    /**
     * @throws InvalidRequestException if the path has dot segments, or escapes that are no UTF-8
     */
    static RequestPath parse(String path) {
        var raw = new ArrayList<String>();
        var decoded = new ArrayList<String>();
        String trimmed = trim(path);
        if (!trimmed.isEmpty()) {
            for (String segment : trimmed.split("/", -1)) {
                raw.add(segment);
                decoded.add(plain(decode(segment, false)));
            }
        }
        return new RequestPath(raw, decoded);
    }

    private static String trim(String path) {
        int from = path.startsWith("/") ? 1 : 0;
        int to = path.length() > from && path.endsWith("/") ? path.length() - 1 : path.length();
        return path.substring(from, to);
    }

    private static String plain(String segment) {
        if (segment.equals(".") || segment.equals("..")) {
            throw malformed("the path has a segment '" + segment + "'");
        }
        if (segment.indexOf('\0') >= 0) {
            throw malformed("the path has a NUL character");
        }
        return segment;
    }

    /** The segments from this one on, as they came, with a slash before each. */
    String rawFrom(int first) {
        return first >= raw.size() ? "/" : "/" + String.join("/", raw.subList(first, raw.size()));
    }

    /** The parameters of a query, decoded, in their order. */
    static Map<String, List<String>> query(String query) {
        var parameters = new LinkedHashMap<String, List<String>>();
        for (String pair : query.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters
                        .computeIfAbsent(decode(name, true), _ -> new ArrayList<>())
                        .add(decode(value, true));
            }
        }
        return parameters;
    }

    /** Percent-decoding of one part. */
    static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0)) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                out.write(octet(bytes, i));
                i += 2;
            } else {
                out.write(plusIsSpace && bytes[i] == '+' ? ' ' : bytes[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(out.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("the URL has escapes that are not UTF-8");
        }
    }

    private static int octet(byte[] bytes, int at) {
        int high = at + 2 < bytes.length ? Character.digit(bytes[at + 1], 16) : -1;
        int low = at + 2 < bytes.length ? Character.digit(bytes[at + 2], 16) : -1;
        if (high < 0 || low < 0) {
            throw malformed("the URL has a '%' that is not followed by two hexadecimal digits");
        }
        return high * 16 + low;
    }

    private static InvalidRequestException malformed(String what) {
        return InvalidRequestException.of(
                "invalid_url", "", "This URL is malformed: " + what + ".");
    }
}
