package ai.robutler.server;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** The names of requests: the caller's own if it is sane, or a new one. */
final class RequestIds {
    static final String HEADER = "X-Request-ID";
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private RequestIds() {}

    static String of(RequestHead head) {
        return head.header(HEADER)
                .filter(id -> SANE.matcher(id).matches())
                .orElseGet(RequestIds::create);
    }

    private static String create() {
        var id = new byte[12];
        ThreadLocalRandom.current().nextBytes(id);
        return "req_" + HexFormat.of().formatHex(id);
    }
}
