package ai.robutler.server;

import java.util.Map;

/**
 * What a client that is not known learns besides: parameters of {@code WWW-Authenticate}, such as
 * where the metadata of what it asked for is.
 *
 * <p>Source: RFC 9110, 11.6.1; RFC 9728, 5.1.
 */
@FunctionalInterface
public interface Challenge {
    Challenge NONE = (_, _) -> Map.of();

    /**
     * The parameters for a request; the values have no quotes.
     *
     * @param server where the client found the server, without a slash at the end
     */
    Map<String, String> parameters(RequestHead head, String server);
}
