package ai.robutler.core;

import java.util.OptionalLong;

/**
 * An agent in the {@link Directory}.
 *
 * @param agent its name
 * @param owner the user who owns it, "" where nobody does
 * @param url where it is: its chat completions are at {@code URL/chat/completions}
 * @param description its owner's words
 * @param priceNanoUsd what a request costs in whole nano-dollars: the truth where it is an agent of
 *     this server, a claim of the owner's otherwise; empty where nothing is said
 * @param local whether this very server has it
 */
public record DirectoryEntry(
        String agent,
        String owner,
        String url,
        String description,
        OptionalLong priceNanoUsd,
        boolean local) {}
