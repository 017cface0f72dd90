package ai.robutler.outbound;

import ai.robutler.core.CancelledException;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An answer whose head has come and whose body is read as it comes. One thread reads, any may
 * close. It counts as a call under way until it is closed.
 */
public final class OutboundStream implements AutoCloseable {
    private final Exchange exchange;
    private final Target target;
    private final Runnable ended;

    OutboundStream(Exchange exchange, Target target, Runnable ended) {
        this.exchange = exchange;
        this.target = target;
        this.ended = ended;
    }

    public int status() {
        return exchange.status();
    }

    /** Whence the answer comes, after redirects. */
    public String url() {
        return target.url();
    }

    /** The headers by their names in lower case. */
    public Map<String, List<String>> headers() {
        return exchange.headers();
    }

    /** The first header of this name. */
    public Optional<String> header(String name) {
        return headers().getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    /** Says no before anything of the body has come, where the head tells its length. */
    void refuseMoreThan(int limit) {
        String length = header("content-length").orElse("");
        if (status() != 304
                && length.matches("[0-9]+")
                && new BigInteger(length).compareTo(BigInteger.valueOf(limit)) > 0) {
            throw tooLarge(limit);
        }
    }

    private OutboundException.TooLarge tooLarge(int limit) {
        return new OutboundException.TooLarge(
                target.origin() + " sent more than " + limit + " bytes");
    }

    /**
     * The next bytes, as they came; empty at the end of the body.
     *
     * @throws OutboundException if the other side is silent for too long or cuts the answer short
     * @throws CancelledException if the thread is interrupted or the stream closed
     */
    public Optional<byte[]> read() {
        return exchange.read();
    }

    /**
     * The rest of the body.
     *
     * @throws OutboundException also if it is longer than {@code limit} bytes
     */
    public byte[] readAll(int limit) {
        var whole = new ByteArrayOutputStream();
        for (Optional<byte[]> bytes = read(); bytes.isPresent(); bytes = read()) {
            if (whole.size() + bytes.get().length > limit) {
                close();
                throw tooLarge(limit);
            }
            whole.writeBytes(bytes.get());
        }
        return whole.toByteArray();
    }

    /** Cuts the connection at once if the answer has not ended. */
    @Override
    public void close() {
        exchange.close();
        ended.run();
    }
}
