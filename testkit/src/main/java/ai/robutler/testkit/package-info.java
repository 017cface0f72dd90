/**
 * A scripted model provider over real HTTP, for tests of agents and of whatever talks to a model.
 *
 * <p>{@link ai.robutler.testkit.ScriptedProvider} listens on a free loopback port and speaks
 * OpenAI's Chat Completions. A test scripts what the model says with {@link
 * ai.robutler.testkit.Reply}, lets its agent run against {@code provider.baseUrl()}, and looks at
 * the {@link ai.robutler.testkit.ReceivedRequest}s afterwards. The same reply renders as one JSON
 * body or as a stream, as the request asks. Faults are part of the script: delays, errors in the
 * middle of a stream, cut connections, silence, and the {@link ai.robutler.testkit.Oddity oddities}
 * of real providers.
 *
 * <p>Requests that a real provider would refuse are refused, and kept as {@link
 * ai.robutler.testkit.Violation}s.
 *
 * <p>Source of the wire format: OpenAI's API reference, "Create chat completion" and "The chat
 * completion chunk object".
 */
@NullMarked
package ai.robutler.testkit;

import org.jspecify.annotations.NullMarked;
