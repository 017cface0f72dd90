package ai.robutler.app;

import ai.robutler.core.Json;
import ai.robutler.core.Settings;

import java.time.Duration;

/**
 * How long something is good, as people write it: {@code 90s}, {@code 30m}, {@code 12h}, {@code
 * 30d}.
 */
final class Lifetime {
    private Lifetime() {}

    /**
     * @throws IllegalArgumentException if it is none, or nothing
     */
    static Duration parse(String text) {
        Settings settings = Settings.of(Json.object().put("lifetime", text), _ -> "");
        Duration lifetime = settings.duration("lifetime", Duration.ZERO);
        if (!settings.problems().isEmpty() || !lifetime.isPositive()) {
            throw new IllegalArgumentException(
                    "a lifetime is like 90s, 30m, 12h or 30d, not '" + text + "'");
        }
        return lifetime;
    }
}
