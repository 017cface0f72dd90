package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;

import java.util.Optional;

/**
 * The wire format of one family of providers. A dialect knows how a call looks and how a reply is
 * worded; when and how far the bytes travel is not its concern, except that an error in the middle
 * of an answer is worded by it.
 */
interface Dialect {

    /** Whether a call asks for a stream; all dialects ask alike. */
    static boolean streamed(JsonNode call) {
        return call.path("stream").booleanValue(false);
    }

    /** Where calls are posted to. */
    String path();

    /**
     * What a strict provider finds wrong with this call, if anything; as of request 0, for it has
     * no number yet.
     */
    Optional<Violation> check(ReceivedRequest request);

    /** An error that is no reply of the script: a refusal, or a path that does not exist. */
    Rendering error(ErrorReply error);

    /** The reply as an answer to this call; the call may be any JSON when nobody checked it. */
    Rendering render(Reply reply, JsonNode call);
}
