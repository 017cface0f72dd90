package ai.robutler.nli;

import ai.robutler.core.AssertionSigner;
import ai.robutler.core.CallHeaders;
import ai.robutler.core.Caller;
import ai.robutler.core.Deadline;
import ai.robutler.core.RunContext;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What goes along with a request to another agent: all of it, and nothing else. No header of the
 * run's own request is passed on but those of its trace.
 */
final class Envelope {
    private static final Duration ASSERTION = Duration.ofSeconds(60);

    private final RunContext run;
    private final Chain chain;
    private final AssertionSigner signer;

    /**
     * @param chain with the calling agent as its last link
     */
    Envelope(RunContext run, Chain chain, AssertionSigner signer) {
        this.run = run;
        this.chain = chain;
        this.signer = signer;
    }

    /** For one attempt: an assertion is good for one. */
    Map<String, String> headers(Target target, Optional<String> token, Deadline deadline) {
        var headers = new TreeMap<String, String>(Trace.headers(run));
        headers.put("X-Request-ID", run.requestId());
        headers.put(CallHeaders.CHAIN, chain.header());
        headers.put(CallHeaders.TIMEOUT, Long.toString(patience(deadline)));
        token.ifPresent(text -> headers.put("X-Payment-Token", text));
        if (target.trusted() && run.caller() instanceof Caller.User user) {
            headers.put(
                    "X-Owner-Assertion",
                    signer.issue(
                            target.name(),
                            run.agent().name(),
                            user.id(),
                            target.owner(),
                            ASSERTION));
        }
        return headers;
    }

    /** A little less than there is: what the other side says at the end shall still arrive. */
    private static long patience(Deadline deadline) {
        long left = Math.max(1, deadline.remaining().toMillis());
        return Math.max(1, left - Math.min(500, left / 20));
    }
}
