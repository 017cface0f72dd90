package ai.robutler.models;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.ProviderException;

import java.util.regex.Pattern;

/** Keys that callers bring along, and what is told of them: never the key. */
final class OwnKeys {
    private static final Pattern SOUND = Pattern.compile("[\\x21-\\x7e]{1,512}");

    private OwnKeys() {}

    /**
     * The key, if a header can carry it.
     *
     * @throws InvalidRequestException if not
     */
    static String requireSound(String key) {
        if (SOUND.matcher(key).matches()) {
            return key;
        }
        throw InvalidRequestException.of(
                "own_key_not_usable",
                "",
                "Your key for the model provider must be 1 to 512 visible ASCII characters.");
    }

    /** The caller's own fault, which no other key mends: 400, and not the provider's 401. */
    static ProviderException refused(String provider, String what) {
        return ProviderException.rejected(
                "The model provider " + provider + " " + what + ".", "own_key_refused", "");
    }
}
