package ai.robutler.nli;

import ai.robutler.core.RunContext;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The trace that a run is part of, for those whom it calls: the one that came with the request, or
 * one that begins here.
 *
 * <p>Source of the format: W3C Trace Context, level 1.
 */
final class Trace {
    private static final RunContext.Key<String> BEGUN =
            RunContext.Key.of("nli.trace", String.class);
    private static final Pattern PARENT =
            Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})");
    private static final Pattern STATE = Pattern.compile("[\\x20-\\x7e]{1,512}");

    private Trace() {}

    /** The headers for one call: each is a span of its own. */
    static Map<String, String> headers(RunContext run) {
        var headers = new TreeMap<String, String>();
        Optional<Matcher> came =
                run.header("traceparent").map(PARENT::matcher).filter(Matcher::matches);
        String trace =
                came.map(matcher -> matcher.group(1))
                        .orElseGet(() -> run.attributeOr(BEGUN, () -> random(16)));
        String flags = came.map(matcher -> matcher.group(2)).orElse("00");
        headers.put("traceparent", "00-" + trace + "-" + random(8) + "-" + flags);
        if (came.isPresent()) {
            run.header("tracestate")
                    .filter(state -> STATE.matcher(state).matches())
                    .ifPresent(state -> headers.put("tracestate", state));
        }
        return headers;
    }

    private static String random(int length) {
        byte[] bytes = new byte[length];
        ThreadLocalRandom.current().nextBytes(bytes);
        bytes[0] |= 1;
        return HexFormat.of().formatHex(bytes);
    }
}
