package ai.robutler.models;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a generation of models can do, as far as requests are worded by it.
 *
 * <p>Source: Anthropic, "Models overview", "Adaptive thinking", "Effort", "Structured outputs" and
 * the migration guides, as of 2026.
 *
 * @param names the models' names, without vendor prefixes
 * @param maxOutput tokens of an answer at most, thinking included
 * @param thinking how thinking is asked for
 * @param thinksUnasked whether it thinks if nothing is said about it
 * @param efforts the levels of effort that it knows, from low to high
 * @param sampling whether it takes temperature, top_p and top_k
 * @param schemas whether it can be held to a JSON schema
 */
record AnthropicFamily(
        Pattern names,
        int maxOutput,
        Thinking thinking,
        boolean thinksUnasked,
        List<String> efforts,
        boolean sampling,
        boolean schemas) {

    /** How thinking is asked for. */
    enum Thinking {
        /** Not at all. */
        NONE,
        /** With a budget of tokens. */
        BUDGET,
        /** With a level of effort. */
        EFFORT,
        /** With a level of effort, and it cannot be switched off. */
        ALWAYS
    }

    private static final List<String> THREE = List.of("low", "medium", "high");
    private static final List<String> FOUR = List.of("low", "medium", "high", "max");
    private static final List<String> FIVE = List.of("low", "medium", "high", "xhigh", "max");
    private static final Set<Thinking> ADAPTIVE = Set.of(Thinking.EFFORT, Thinking.ALWAYS);

    /** The first that fits. What nobody knows yet is taken for one of the newest. */
    private static final List<AnthropicFamily> CLAUDE =
            List.of(
                    plain("claude-(2|instant).*|claude-3-(opus|sonnet|haiku).*", 4096),
                    plain("claude-3-5-.*", 8192),
                    budget("claude-3-7-.*", 64_000, List.of(), false),
                    budget("claude-opus-4(-0|-1|-2025.*|-1-.*)?", 32_000, List.of(), false),
                    budget("claude-sonnet-4(-0|-2025.*)?", 64_000, List.of(), false),
                    budget("claude-opus-4-5.*", 64_000, THREE, true),
                    budget("claude-(sonnet|haiku)-4-5.*", 64_000, List.of(), true),
                    effort("claude-opus-4-6.*", 128_000, Thinking.EFFORT, false, FOUR, true),
                    effort("claude-sonnet-4-6.*", 64_000, Thinking.EFFORT, false, FOUR, true),
                    effort("claude-opus-4-[78].*", 128_000, Thinking.EFFORT, false, FIVE, false),
                    effort("claude-(fable|mythos).*", 128_000, Thinking.ALWAYS, true, FIVE, false),
                    effort("claude-.*", 128_000, Thinking.EFFORT, true, FIVE, false));

    /** Whoever else speaks this wire. */
    private static final AnthropicFamily OTHERS = budget(".*", 8192, List.of(), false);

    /** The same, with the limit of an answer that the catalog knows for the very model. */
    AnthropicFamily within(Optional<CatalogModel> facts) {
        long known = facts.map(CatalogModel::output).orElse(0L);
        return known == 0
                ? this
                : new AnthropicFamily(
                        names,
                        Math.toIntExact(known),
                        thinking,
                        thinksUnasked,
                        efforts,
                        sampling,
                        schemas);
    }

    static AnthropicFamily of(String model) {
        String name = model.toLowerCase(Locale.ROOT).replace('.', '-').replaceFirst("^.*/", "");
        int claude = name.indexOf("claude-");
        if (claude < 0) {
            return OTHERS;
        }
        return CLAUDE.stream()
                .filter(family -> family.names.matcher(name.substring(claude)).matches())
                .findFirst()
                .orElse(OTHERS);
    }

    boolean isAdaptive() {
        return ADAPTIVE.contains(thinking);
    }

    private static AnthropicFamily plain(String names, int maxOutput) {
        return new AnthropicFamily(
                Pattern.compile(names), maxOutput, Thinking.NONE, false, List.of(), true, false);
    }

    private static AnthropicFamily budget(
            String names, int maxOutput, List<String> efforts, boolean schemas) {
        return new AnthropicFamily(
                Pattern.compile(names), maxOutput, Thinking.BUDGET, false, efforts, true, schemas);
    }

    private static AnthropicFamily effort(
            String names,
            int maxOutput,
            Thinking thinking,
            boolean thinksUnasked,
            List<String> efforts,
            boolean sampling) {
        return new AnthropicFamily(
                Pattern.compile(names),
                maxOutput,
                thinking,
                thinksUnasked,
                efforts,
                sampling,
                true);
    }
}
