package ai.robutler.testkit;

import java.time.Duration;

/** What all replies share; each returns its own type. */
abstract sealed class BaseReply<R extends BaseReply<R>> implements Reply
        permits MessageReply, ErrorReply, RawReply, EndlessReply {

    private final Delivery delivery;

    BaseReply(Delivery delivery) {
        this.delivery = delivery;
    }

    final Delivery delivery() {
        return delivery;
    }

    /** A copy that travels this way. */
    abstract R by(Delivery way);

    private R failing(Fault fault) {
        return by(delivery.fault(fault));
    }

    @Override
    public final R delay(Duration time) {
        return by(delivery.delay(time));
    }

    @Override
    public final R delayFirstByte(Duration time) {
        return by(delivery.firstByte(time));
    }

    @Override
    public final R every(Duration time) {
        return by(delivery.every(time));
    }

    @Override
    public final R splitEvery(int bytes) {
        return by(delivery.splitEvery(bytes));
    }

    @Override
    public final R inOneWrite() {
        return by(delivery.inOneWrite());
    }

    @Override
    public final R header(String name, String value) {
        return by(delivery.header(name, value));
    }

    @Override
    public final R cutBeforeHeaders() {
        return failing(new Fault.BeforeHeaders(Fault.End.CUT));
    }

    @Override
    public final R hangBeforeHeaders() {
        return failing(new Fault.BeforeHeaders(Fault.End.HANG));
    }

    @Override
    public final R cutAfter(int chunks) {
        return failing(new Fault.AfterChunks(chunks, Fault.End.CUT));
    }

    @Override
    public final R cutAfterBytes(long bytes) {
        return failing(new Fault.AfterBytes(bytes, Fault.End.CUT));
    }

    @Override
    public final R resetAfter(int chunks) {
        return failing(new Fault.AfterChunks(chunks, Fault.End.RESET));
    }

    @Override
    public final R hangAfter(int chunks) {
        return failing(new Fault.AfterChunks(chunks, Fault.End.HANG));
    }

    @Override
    public final R failAfter(int chunks, ErrorReply error) {
        return failing(new Fault.ErrorFrame(chunks, error));
    }

    @Override
    public final R failAfter(int chunks, String message) {
        return failAfter(chunks, ErrorReply.of(500, message));
    }
}
