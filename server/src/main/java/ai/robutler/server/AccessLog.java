package ai.robutler.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each request. What strangers wrote is escaped. */
final class AccessLog {
    private static final Logger LOG = LoggerFactory.getLogger("ai.robutler.server.requests");
    private static final int LONGEST = 200;

    private AccessLog() {}

    static void log(
            RequestHead head, String id, String route, String agent, int status, long nanos) {
        if (LOG.isInfoEnabled()) {
            LOG.info(
                    "{} {} {} {} ms request={} route={} agent={}",
                    safe(head.method()),
                    safe(head.path()),
                    status,
                    nanos / 1_000_000,
                    id,
                    route,
                    agent.isEmpty() ? "-" : safe(agent));
        }
    }

    /** The text on one line, at most 200 characters of it, in printable ASCII. */
    static String safe(String text) {
        var safe = new StringBuilder();
        int length = Math.min(text.length(), LONGEST);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c > ' ' && c < 0x7f && c != '\\') {
                safe.append(c);
            } else {
                safe.append(String.format("\\u%04x", (int) c));
            }
        }
        return text.length() > LONGEST ? safe.append("...").toString() : safe.toString();
    }
}
