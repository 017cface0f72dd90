package ai.robutler.mcp;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;

/**
 * What a client and an agent agreed on at the beginning.
 *
 * @param key names it in the database; the client's own name for it is a secret, and is not kept
 * @param subject whose it is, "" for anonymous callers
 * @param resources that the client wants to hear about
 */
record ServedSession(
        String key,
        String agent,
        String subject,
        Revision revision,
        ObjectNode capabilities,
        Optional<ServedLevel> logLevel,
        List<String> resources) {
    ServedSession {
        resources = List.copyOf(resources);
    }
}
