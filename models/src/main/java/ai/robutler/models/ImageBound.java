package ai.robutler.models;

import java.util.regex.Pattern;

/**
 * How many tokens an image of any size and detail has at most; 0 where nobody says so.
 *
 * <p>Source: OpenAI, "Images and vision": 85 and 170 for each of 8 tiles (gpt-4o-mini: 2,833 and
 * 5,667), or 1,536 patches of 2.46 tokens at most, and 10,000 patches of the newest models;
 * Anthropic, "Vision": 4,784. A little is added to each.
 */
final class ImageBound {
    private static final long ANTHROPIC = 5_000;
    private static final long OPENAI = 25_000;
    private static final long OPENAI_SMALL = 4_000;
    private static final long OPENAI_MINI = 50_000;

    private static final Pattern SMALL =
            Pattern.compile("(gpt-4o(-20.*)?|gpt-4\\.1(-.*)?|gpt-5(\\.[12])?(-.*)?|o[134](-.*)?)");

    private ImageBound() {}

    static long of(String provider, String model) {
        return switch (provider) {
            case AnthropicSettings.PROVIDER -> ANTHROPIC;
            case "openai" -> {
                if (model.startsWith("gpt-4o-mini")) {
                    yield OPENAI_MINI;
                }
                yield SMALL.matcher(model).matches() ? OPENAI_SMALL : OPENAI;
            }
            default -> 0;
        };
    }
}
