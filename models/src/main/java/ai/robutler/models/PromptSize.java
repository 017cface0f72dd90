package ai.robutler.models;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ProviderException;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether a prompt fits: by a guess before it is sent, by the provider's word afterwards. */
final class PromptSize {
    private static final int CHARACTERS_A_TOKEN = 4;

    private static final Set<String> CODES =
            Set.of(
                    "context_length_exceeded",
                    "context_window_exceeded",
                    "model_context_window_exceeded",
                    "string_above_max_length",
                    "exceed_context_size_error");

    /** Those who have no code for it say it in these words. */
    private static final Pattern WORDS =
            Pattern.compile(
                    "maximum context length|context[ _](window|length|limit|size)"
                            + "|prompt is too long|input is too long|prompt too long"
                            + "|too many (input )?tokens|input token count|reduce the length");

    private PromptSize() {}

    /** About how many tokens the text of the messages has: rather too few than too many. */
    static long tokens(ChatRequest request) {
        long characters = 0;
        for (ChatMessage message : request.messages()) {
            characters += message.text().length();
        }
        return characters / CHARACTERS_A_TOKEN;
    }

    /** Whether the provider rejects the request for its length. */
    static boolean isTooLong(ProviderException.Permanent e) {
        return e.status() == 400
                && (CODES.contains(e.code())
                        || WORDS.matcher(String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT))
                                .find());
    }
}
