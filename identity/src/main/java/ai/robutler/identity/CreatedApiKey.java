package ai.robutler.identity;

/**
 * A new API key, with its secret: the only time that it is told.
 *
 * @param secret the whole key, {@code rk_<id>_<secret>}
 */
public record CreatedApiKey(ApiKey key, String secret) {

    /** Without the secret. */
    @Override
    public String toString() {
        return "CreatedApiKey[" + key.id() + "]";
    }
}
