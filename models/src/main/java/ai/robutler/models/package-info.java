/**
 * Model providers: whoever speaks OpenAI's Chat Completions, and an offline stand-in. A provider is
 * found by its {@link ai.robutler.core.ProviderFactory} through {@link java.util.ServiceLoader}.
 *
 * <p>From the wire to the run: {@code Upstream} (bytes over HTTP, on the calling virtual thread) →
 * {@code SseDecoder} (events) → a dialect (JSON trees, errors) → {@code Attempts} (retries within
 * one budget and one deadline).
 */
@NullMarked
package ai.robutler.models;

import org.jspecify.annotations.NullMarked;
