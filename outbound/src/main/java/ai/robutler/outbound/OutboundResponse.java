package ai.robutler.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An answer, whatever its status.
 *
 * @param url whence it came, after redirects
 * @param headers by their names in lower case
 */
public record OutboundResponse(
        int status, String url, Map<String, List<String>> headers, byte[] body) {

    public OutboundResponse {
        headers = Map.copyOf(headers);
        body = body.clone();
    }

    /** 200 to 299. */
    public boolean ok() {
        return status >= 200 && status <= 299;
    }

    /** The first header of this name. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    /** The body as UTF-8; malformed bytes become U+FFFD. */
    public String text() {
        return new String(body, UTF_8);
    }

    @Override
    public String toString() {
        return "OutboundResponse[" + status + ", " + body.length + " bytes]";
    }
}
