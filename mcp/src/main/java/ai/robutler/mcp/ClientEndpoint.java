package ai.robutler.mcp;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a server is. */
sealed interface ClientEndpoint {

    /**
     * A program that is started here and spoken to over its standard streams.
     *
     * @param env what its environment has beside the few variables that every program needs
     * @param folder in which it runs; "" for ours
     */
    record Command(List<String> command, Map<String, String> env, String folder)
            implements ClientEndpoint {
        public Command {
            command = List.copyOf(command);
            env = Map.copyOf(env);
        }

        /** Without arguments and environment: they may hold secrets. */
        @Override
        public String toString() {
            return command.getFirst();
        }
    }

    /** How HTTP is used. */
    enum Http {
        /** Streamable HTTP, or else the older form with an event stream. */
        AUTO,
        /** Streamable HTTP. */
        STREAMABLE,
        /** The form of 2024: an event stream, and posts beside it. */
        SSE
    }

    /**
     * A server at a URL.
     *
     * @param headers go with every request
     * @param auth how tokens for it are had
     * @param userToken the header in which each user brings a token of their own; "" where none
     *     does
     */
    record Url(
            String url,
            Http http,
            Map<String, String> headers,
            Optional<ClientCredentials> auth,
            String userToken)
            implements ClientEndpoint {
        public Url {
            headers = Map.copyOf(headers);
        }

        /** Without the query and the headers: they may hold secrets. */
        @Override
        public String toString() {
            return url.replaceAll("[?#].*", "").replaceAll("//[^/@]*@", "//");
        }
    }

    /** Whether each user has a connection of their own. */
    default boolean isPerUser() {
        return this instanceof Url url && !url.userToken().isEmpty();
    }
}
