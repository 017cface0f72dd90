package ai.robutler.discovery;

import java.time.Instant;

/** What came of a publication. */
public sealed interface Published {

    /**
     * It can be found.
     *
     * @param expires when it is no longer listed, unless it is published again
     */
    record Listed(String agent, String owner, String url, Instant expires) implements Published {}

    /**
     * It is listed once its URL is proved to be the publisher's: {@code location} must answer with
     * {@code proof} as plain text; then it is published again.
     *
     * @param problem why it was not there when it was looked for, "" where nobody has looked yet
     */
    record Challenged(
            String token, String location, String proof, Instant expires, String problem)
            implements Published {}
}
