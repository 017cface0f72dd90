package ai.robutler.core;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A provider's key that a caller brings along, so that the provider charges the caller: {@code
 * X-Provider-Key: openai=sk-…}. Where requests go is never the caller's to say.
 */
final class OwnKey {
    static final String HEADER = "X-Provider-Key";

    private static final Pattern SOUND = Pattern.compile("[\\x21-\\x7e]{1,512}");

    private OwnKey() {}

    /**
     * The key for this agent's provider; empty where none is given. An agent that others hand over
     * to passes by a key that is not for it: its caller meant the first of them.
     *
     * @param handedOver whether another agent handed over to this one
     * @throws InvalidRequestException if one is given that cannot be used; the configured key is
     *     not used in its place
     */
    static Optional<String> of(Agent agent, Headers headers, boolean handedOver) {
        List<String> given = headers.all(HEADER);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        if (!agent.takesOwnKeys()) {
            if (handedOver) {
                return Optional.empty();
            }
            throw wrong("This agent does not take keys of its callers; leave it out.");
        }
        Set<String> keys = keys(given, agent.providerName() + "=");
        if (keys.isEmpty() && handedOver) {
            return Optional.empty();
        }
        if (keys.size() != 1) {
            String prefix = agent.providerName() + "=";
            throw wrong(
                    keys.isEmpty()
                            ? "This agent's provider needs '" + prefix + "' and your key there."
                            : "It has different keys for the same provider.");
        }
        String key = keys.iterator().next();
        if (!SOUND.matcher(key).matches()) {
            throw wrong("A key is 1 to 512 visible ASCII characters.");
        }
        return Optional.of(key);
    }

    /** What stands behind the prefix; several values may come in one line. */
    private static Set<String> keys(List<String> given, String prefix) {
        var keys = new LinkedHashSet<String>();
        for (String line : given) {
            for (String value : line.split(",", -1)) {
                if (value.strip().startsWith(prefix)) {
                    keys.add(value.stripLeading().substring(prefix.length()).stripTrailing());
                }
            }
        }
        return keys;
    }

    private static InvalidRequestException wrong(String message) {
        return InvalidRequestException.of(
                "own_key_not_usable", "", "The header " + HEADER + " cannot be used. " + message);
    }
}
