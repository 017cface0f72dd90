package ai.robutler.mcp;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a server sent that is no message: told in the log, but not each time. For one thread. */
final class ClientGarbage {
    private static final Logger LOG = LoggerFactory.getLogger(ClientGarbage.class);
    private static final int SHOWN = 80;
    private static final int EACH = 1_000;

    private final String name;
    private long count;

    ClientGarbage(String name) {
        this.name = name;
    }

    void came(String text) {
        if (count++ % EACH == 0) {
            String start = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
            LOG.warn(
                    "MCP server {} sent what is no message of the protocol ({} so far): {}",
                    name,
                    count,
                    ClientException.bounded(start));
        }
    }
}
