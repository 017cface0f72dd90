package ai.robutler.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * Writes one answer as its delivery says. Runs on a thread of its own, which is interrupted to end
 * it.
 */
final class Exchange {

    /** Longer frames go out in parts, so that the count of written bytes stays true. */
    private static final int MOST_AT_ONCE = 16 * 1024;

    /** A hang ends when the client leaves or the provider closes; this only bounds it. */
    private static final Duration LONGEST_HANG = Duration.ofHours(1);

    private final ReceivedRequest request;
    private final Socket socket;
    private final ResponseWriter writer;
    private final Rendering rendering;
    private final Delivery delivery;
    private long bodyLeft = Long.MAX_VALUE;

    /** Thrown when the fault has struck: nothing more is written. */
    private static final class Struck extends Exception {
        private static final long serialVersionUID = 1L;
    }

    Exchange(ReceivedRequest request, Socket socket, Router.Answer answer) throws IOException {
        this.request = request;
        this.socket = socket;
        this.writer = new ResponseWriter(socket.getOutputStream(), request);
        this.rendering = answer.rendering();
        this.delivery = answer.delivery();
    }

    /** Whether the connection can serve another request. */
    boolean run() throws IOException, InterruptedException {
        try {
            Thread.sleep(delivery.delay());
            if (delivery.fault() instanceof Fault.BeforeHeaders(Fault.End end)) {
                strike(end);
            }
            head();
            Thread.sleep(delivery.firstByte());
            body();
            request.end(Outcome.COMPLETED);
            return writer.keepsAlive();
        } catch (Struck struck) {
            return false;
        }
    }

    private void head() throws IOException {
        long length = -1;
        if (rendering.sized()) {
            length = 0;
            for (byte[] frame : rendering.frames()) {
                length += frame.length;
            }
        }
        var headers = new java.util.TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(rendering.headers());
        headers.putAll(delivery.headers());
        writer.head(rendering.status(), rendering.contentType(), length, headers);
    }

    private void body() throws IOException, InterruptedException, Struck {
        if (delivery.fault() instanceof Fault.AfterBytes fault) {
            bodyLeft = fault.bytes();
        }
        Iterator<byte[]> frames = frames().iterator();
        if (!frames.hasNext()) {
            // Nothing has an end, too.
            frames = List.of(new byte[0]).iterator();
        }
        boolean doomed = doomed();
        for (int sent = 0; frames.hasNext(); sent++) {
            strikeAfter(sent);
            if (sent > 0) {
                Thread.sleep(delivery.every());
            }
            byte[] frame = frames.next();
            send(frame, !doomed && !frames.hasNext());
        }
        strikeAtEnd();
    }

    /** The frames, joined or halved where the delivery needs it. */
    private Iterable<byte[]> frames() {
        if (rendering.sized() && delivery.fault() instanceof Fault.AfterChunks) {
            return halves(joined());
        }
        boolean finite = rendering.frames() instanceof List;
        return delivery.oneWrite() && finite ? List.of(joined()) : rendering.frames();
    }

    private byte[] joined() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        rendering.frames().forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static List<byte[]> halves(byte[] whole) {
        int half = whole.length / 2;
        return List.of(
                java.util.Arrays.copyOf(whole, half),
                java.util.Arrays.copyOfRange(whole, half, whole.length));
    }

    private boolean doomed() {
        return delivery.fault() instanceof Fault.AfterChunks
                || delivery.fault() instanceof Fault.AfterBytes;
    }

    private void send(byte[] frame, boolean last) throws IOException, InterruptedException, Struck {
        int most = delivery.oneWrite() ? Integer.MAX_VALUE : MOST_AT_ONCE;
        int step = delivery.splitEvery() > 0 ? Math.min(delivery.splitEvery(), most) : most;
        int from = 0;
        do {
            int length = (int) Math.min(Math.min(step, frame.length - from), bodyLeft);
            boolean end = last && from + length == frame.length;
            if (end) {
                request.finishing();
                writer.last(frame, from, length);
            } else if (length > 0) {
                writer.body(frame, from, length);
            }
            from += length;
            bodyLeft -= length;
            if (bodyLeft == 0) {
                strikeAtEnd();
            }
        } while (from < frame.length);
    }

    private void strikeAfter(int sent) throws IOException, InterruptedException, Struck {
        if (delivery.fault() instanceof Fault.AfterChunks(int chunks, Fault.End end)) {
            int due = rendering.sized() ? Math.min(chunks, 1) : chunks;
            if (sent == due) {
                strike(end);
            }
        }
    }

    private void strikeAtEnd() throws IOException, InterruptedException, Struck {
        switch (delivery.fault()) {
            case Fault.AfterChunks(int _, Fault.End end) -> strike(end);
            case Fault.AfterBytes(long _, Fault.End end) -> strike(end);
            case Fault.None(),
                    Fault.BeforeHeaders(Fault.End _),
                    Fault.ErrorFrame(int _, ErrorReply _) -> {}
        }
    }

    private void strike(Fault.End end) throws IOException, InterruptedException, Struck {
        switch (end) {
            case HANG -> Thread.sleep(LONGEST_HANG);
            case RESET -> socket.setSoLinger(true, 0);
            case CUT -> {}
        }
        request.end(Outcome.CUT);
        throw new Struck();
    }
}
