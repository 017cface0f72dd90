package ai.robutler.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads requests of HTTP/1.1 (RFC 9112): bodies with a length, and chunked ones. */
final class RequestReader {

    private static final int MOST_HEAD = 64 * 1024;
    private static final long MOST_BODY = 256L * 1024 * 1024;

    private final ReadBuffer in;
    private final OutputStream out;

    RequestReader(ReadBuffer in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** The next request, or none if the client closed the connection behind the last one. */
    Optional<RawRequest> next() throws IOException {
        if (in.empty() && !in.readAhead()) {
            return Optional.empty();
        }
        String[] start = in.line(MOST_HEAD).split(" ", -1);
        if (start.length != 3) {
            throw new BadHttp("not a request line: '" + String.join(" ", start) + "'");
        }
        if (!start[2].equals("HTTP/1.1") && !start[2].equals("HTTP/1.0")) {
            throw new BadHttp(505, "only HTTP/1.1 is spoken here, not '" + start[2] + "'");
        }
        Map<String, List<String>> headers = headers();
        return Optional.of(new RawRequest(start[0], start[1], start[2], headers, body(headers)));
    }

    private Map<String, List<String>> headers() throws IOException {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int left = MOST_HEAD;
        for (String line = in.line(left); !line.isEmpty(); line = in.line(left)) {
            left -= line.length();
            int colon = line.indexOf(':');
            if (colon < 1 || line.substring(0, colon).contains(" ")) {
                throw new BadHttp("not a header: '" + line + "'");
            }
            headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        headers.replaceAll((name, values) -> List.copyOf(values));
        return Collections.unmodifiableMap(headers);
    }

    private byte[] body(Map<String, List<String>> headers) throws IOException {
        List<String> coding = headers.getOrDefault("Transfer-Encoding", List.of());
        List<String> length = headers.getOrDefault("Content-Length", List.of());
        if ((!coding.isEmpty() && !length.isEmpty()) || length.size() > 1) {
            throw new BadHttp("more than one length of the body is given");
        }
        if (coding.isEmpty() && length.isEmpty()) {
            return new byte[0];
        }
        if (!coding.isEmpty() && !coding.equals(List.of("chunked"))) {
            throw new BadHttp(501, "the transfer coding " + coding + " is not supported");
        }
        long size = length.isEmpty() ? 0 : size(length.getFirst(), 10, MOST_BODY);
        encourage(headers);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (length.isEmpty()) {
            chunks(body);
        } else {
            in.copy(size, body);
        }
        return body.toByteArray();
    }

    private void encourage(Map<String, List<String>> headers) throws IOException {
        for (String expected : headers.getOrDefault("Expect", List.of())) {
            if (expected.toLowerCase(Locale.ROOT).equals("100-continue")) {
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
                out.flush();
            }
        }
    }

    private void chunks(ByteArrayOutputStream body) throws IOException {
        while (true) {
            String size = in.line(MOST_HEAD).split(";", 2)[0].strip();
            long bytes = size(size, 16, MOST_BODY - body.size());
            if (bytes == 0) {
                headers();
                return;
            }
            in.copy(bytes, body);
            if (!in.line(MOST_HEAD).isEmpty()) {
                throw new BadHttp("a chunk of the body is longer than it says");
            }
        }
    }

    private static long size(String text, int radix, long most) throws IOException {
        if (text.isEmpty()
                || text.chars().anyMatch(c -> c > 127 || Character.digit(c, radix) < 0)) {
            throw new BadHttp("not a length: '" + text + "'");
        }
        long size;
        try {
            size = Long.parseLong(text, radix);
        } catch (NumberFormatException e) {
            throw new BadHttp(413, "the body is too long: " + text);
        }
        if (size > most) {
            throw new BadHttp(413, "the body is too long: " + size + " bytes");
        }
        return size;
    }
}
