/**
 * Model providers: whoever speaks OpenAI's Chat Completions, Anthropic's Messages, and an offline
 * stand-in. A provider is found by its {@link ai.robutler.core.ProviderFactory} through {@link
 * java.util.ServiceLoader}.
 *
 * <p>From the wire to the run: {@code Upstream} (bytes over HTTP, on the calling virtual thread) →
 * {@code SseDecoder} (events) → a dialect (JSON trees, errors) → {@code Attempts} (retries within
 * one budget and one deadline).
 *
 * <p>Anthropic's dialect: {@code AnthropicRequest} words the call; {@code AnthropicTurn} makes
 * chunks and the completion of the events or the message that come back; {@code AnthropicReplay}
 * turns such an answer into the same blocks again when the conversation goes on.
 */
@NullMarked
package ai.robutler.models;

import org.jspecify.annotations.NullMarked;
