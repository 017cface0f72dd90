package ai.robutler.testkit;

/** Bytes that are sent as they are. Made by {@link Reply#rawStream} and {@link Reply#rawJson}. */
public final class RawReply extends BaseReply<RawReply> {

    private final int status;
    private final boolean streamed;
    private final byte[] body;

    RawReply(int status, boolean streamed, byte[] body, Delivery delivery) {
        super(delivery);
        this.status = Checks.status(status);
        this.streamed = streamed;
        this.body = body.clone();
    }

    int status() {
        return status;
    }

    boolean streamed() {
        return streamed;
    }

    byte[] body() {
        return body.clone();
    }

    @Override
    RawReply by(Delivery way) {
        return new RawReply(status, streamed, body, way);
    }

    @Override
    public String toString() {
        return "raw " + (streamed ? "stream" : "body") + " of " + body.length + " bytes";
    }
}
