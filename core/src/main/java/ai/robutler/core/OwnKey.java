package ai.robutler.core;

import java.util.Optional;

/**
 * A provider's key that a caller brings along, so that the provider charges the caller: {@code
 * X-Provider-Key: openai=sk-…}. Where requests go is never the caller's to say.
 */
final class OwnKey {
    static final String HEADER = "X-Provider-Key";

    private OwnKey() {}

    /**
     * The key for this agent's provider; empty where none is given.
     *
     * @throws InvalidRequestException if one is given that the agent does not take
     */
    static Optional<String> of(Agent agent, Headers headers) {
        Optional<String> given = headers.first(HEADER);
        if (given.isEmpty()) {
            return given;
        }
        if (!agent.takesOwnKeys()) {
            throw wrong("This agent does not take keys of its callers; leave it out.");
        }
        String prefix = agent.providerName() + "=";
        for (String value : headers.all(HEADER)) {
            if (value.startsWith(prefix) && value.length() > prefix.length()) {
                return Optional.of(value.substring(prefix.length()));
            }
        }
        throw wrong("This agent's provider needs '" + prefix + "' and your key there.");
    }

    private static InvalidRequestException wrong(String message) {
        return InvalidRequestException.of(
                "own_key_not_usable", "", "The header " + HEADER + " cannot be used. " + message);
    }
}
