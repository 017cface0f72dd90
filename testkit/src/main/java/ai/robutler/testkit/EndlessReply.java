package ai.robutler.testkit;

/** Text without end. Made by {@link Reply#endless}. */
public final class EndlessReply extends BaseReply<EndlessReply> {

    private final int pieceBytes;

    EndlessReply(int pieceBytes, Delivery delivery) {
        super(delivery);
        this.pieceBytes = Checks.positive(pieceBytes, "bytes of a piece");
    }

    String piece() {
        return "x".repeat(pieceBytes);
    }

    @Override
    EndlessReply by(Delivery way) {
        return new EndlessReply(pieceBytes, way);
    }

    @Override
    public String toString() {
        return "endless text in pieces of " + pieceBytes + " bytes";
    }
}
