package ai.robutler.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/** Writes one response; each call is one blocking write to the socket. */
final class ResponseWriter {

    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(ISO_8859_1);

    private final OutputStream out;
    private final ReceivedRequest request;
    private final boolean http11;
    private boolean chunked;

    ResponseWriter(OutputStream out, ReceivedRequest request) {
        this.out = out;
        this.request = request;
        this.http11 = request.raw().version().equals("HTTP/1.1");
    }

    /** Whether the connection can serve another request after this one. */
    boolean keepsAlive() {
        String asked = request.header("Connection").orElse("");
        return http11 && !asked.equalsIgnoreCase("close");
    }

    /**
     * The head; a body without a length (-1) is chunked, or for HTTP/1.0 ends with the connection.
     */
    void head(int status, String contentType, long length, Map<String, String> more)
            throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Content-Type", contentType);
        headers.put("x-request-id", Ids.request());
        if (length < 0) {
            headers.put("Cache-Control", "no-cache");
        }
        if (!keepsAlive()) {
            headers.put("Connection", "close");
        }
        headers.putAll(more);
        chunked = length < 0 && http11;
        if (chunked) {
            headers.put("Transfer-Encoding", "chunked");
        } else if (length >= 0) {
            headers.put("Content-Length", Long.toString(length));
        }
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " " + reason(status));
        headers.forEach((name, value) -> head.append("\r\n" + name + ": " + value));
        write(head.append("\r\n\r\n").toString().getBytes(ISO_8859_1));
    }

    void body(byte[] bytes, int from, int length) throws IOException {
        write(framed(bytes, from, length, false));
        request.wrote(length);
    }

    /**
     * The last part of the body; the end goes out with it, so that a client sees both or neither.
     */
    void last(byte[] bytes, int from, int length) throws IOException {
        write(framed(bytes, from, length, true));
        request.wrote(length);
    }

    private byte[] framed(byte[] bytes, int from, int length, boolean last) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(length + 16);
        if (chunked && length > 0) {
            frame.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
        }
        frame.write(bytes, from, length);
        if (chunked && length > 0) {
            frame.writeBytes("\r\n".getBytes(ISO_8859_1));
        }
        if (chunked && last) {
            frame.writeBytes(LAST_CHUNK);
        }
        return frame.toByteArray();
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "Status " + status;
        };
    }
}
