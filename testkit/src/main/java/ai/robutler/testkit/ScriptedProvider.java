package ai.robutler.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * A model provider whose answers a test scripts. It listens on a loopback port and speaks, over
 * HTTP/1.1, OpenAI's Chat Completions ({@code POST /v1/chat/completions}, {@code GET /v1/models})
 * and Anthropic's Messages ({@code POST /v1/messages}). The same replies serve both: the path of a
 * call decides how its reply is worded. Calls for embeddings ({@code POST /v1/embeddings}) take
 * none of these replies: they get {@linkplain #vector vectors of their texts}, unless a reply of
 * their own is queued.
 *
 * <p>Queued replies are given in the order in which calls arrive. A call that a strict provider
 * would refuse gets that provider's 400, takes no reply, and is kept in {@link #violations()};
 * {@link #lenient()} switches this off.
 *
 * <p>All methods may be called from any thread, at any time. Closing ends all connections at once,
 * answers under way and hanging ones too.
 */
public final class ScriptedProvider implements AutoCloseable {

    private final Script script = new Script();
    private final Router router = new Router(script);
    private final Listener listener;

    private ScriptedProvider(ServerSocket socket) {
        this.listener = new Listener(socket, router, script::note);
    }

    /**
     * Starts on any free port.
     *
     * @throws UncheckedIOException if there is none
     */
    public static ScriptedProvider start() {
        return start(0);
    }

    /**
     * Starts on this port: for a provider that comes back after it was closed.
     *
     * @throws UncheckedIOException if it is not free
     */
    public static ScriptedProvider start(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(
                    new InetSocketAddress(
                            InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
                    1024);
            ScriptedProvider provider = new ScriptedProvider(socket);
            provider.listener.start();
            return provider;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot listen on 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
    }

    /** Answers the next call that has no reply yet with this text. */
    public ScriptedProvider answer(String text) {
        return answer(Reply.text(text));
    }

    /** Answers the next call that has no reply yet with this reply. */
    public ScriptedProvider answer(Reply reply) {
        script.add(reply);
        return this;
    }

    /**
     * Answers calls for which no reply is queued by this function of the request. It runs on a
     * virtual thread for each call, many at once, and may wait; it is interrupted when the client
     * goes away. If it throws, the client gets a 500 and the failure is among the {@link
     * #violations()}. Without a function such a call gets a 500 that says that the script is empty.
     */
    public ScriptedProvider always(Function<ReceivedRequest, Reply> function) {
        script.always(function);
        return this;
    }

    /** Answers the next call for embeddings that has no reply yet with this reply: a fault. */
    public ScriptedProvider embeddings(Reply reply) {
        script.addEmbeddings(reply);
        return this;
    }

    /** Answers calls for embeddings for which no reply is queued by this function. */
    public ScriptedProvider alwaysEmbeddings(Function<ReceivedRequest, Reply> function) {
        script.alwaysEmbeddings(function);
        return this;
    }

    /** What {@link #alwaysEmbeddings} does by itself: vectors of the texts. */
    public static Reply vectors(ReceivedRequest request) {
        return Script.vectors(request);
    }

    /**
     * The vector of a text: of length 1, with a share for each word at a place that the word's hash
     * chooses. Texts of the same words have the same vector. Calls that name no dimensions get 256.
     */
    public static float[] vector(String text, int dimensions) {
        return Vectors.of(text, dimensions);
    }

    /** Answers requests of any content from now on. */
    public ScriptedProvider lenient() {
        router.lenient();
        return this;
    }

    /**
     * Lists these models instead of the one named {@code scripted}. Calls may name any model all
     * the same.
     */
    public ScriptedProvider models(String... ids) {
        router.models(List.of(ids));
        return this;
    }

    /** What a client of OpenAI's is given as its base URL: {@code http://127.0.0.1:PORT/v1}. */
    public String baseUrl() {
        return "http://127.0.0.1:" + port() + "/v1";
    }

    /** What a client of Anthropic's is given as its base URL: {@code http://127.0.0.1:PORT}. */
    public String anthropicUrl() {
        return "http://127.0.0.1:" + port();
    }

    /** The port it listens on. */
    public int port() {
        return listener.port();
    }

    /** All requests so far, in the order of arrival, refused ones included. */
    public List<ReceivedRequest> requests() {
        return script.requests();
    }

    /**
     * Waits for a request to arrive.
     *
     * @param number its place in the order of arrival, from 1
     * @throws AssertionError if it has not come in time
     */
    public ReceivedRequest awaitRequest(int number, Duration timeout) {
        return script.await(number, timeout);
    }

    /**
     * What was wrong with the requests so far, in the order of arrival; empty if all were as they
     * should be.
     */
    public List<Violation> violations() {
        return script.violations();
    }

    /** How many queued replies no call has taken yet. */
    public int repliesLeft() {
        return script.left();
    }

    /** How many connections of clients are open. */
    public int openConnections() {
        return listener.open();
    }

    /**
     * Waits until so many connections are open.
     *
     * @throws AssertionError if there are more or fewer when the time is over
     */
    public void awaitOpenConnections(int count, Duration timeout) {
        listener.await(count, timeout);
    }

    /**
     * Forgets the requests, the violations, the queued replies and the function; answers under way
     * go on.
     */
    public void reset() {
        script.reset();
    }

    /** Ends everything at once. Safe to call more than once. */
    @Override
    public void close() {
        listener.close();
    }
}
