package ai.robutler.search;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Vectors of length 1, and how the database has them. */
final class Vector {
    private static final int MOST_BYTES = VectorCodec.LONGEST * Float.BYTES;

    private Vector() {}

    /**
     * The direction of a model's vector; empty where it has none, or is too long to be searched.
     */
    static Optional<float[]> of(float[] raw) {
        double squares = 0;
        for (float each : raw) {
            squares += (double) each * each;
        }
        double length = Math.sqrt(squares);
        if (raw.length > VectorCodec.LONGEST || !(length > 1e-9) || !Double.isFinite(length)) {
            return Optional.empty();
        }
        var vector = new float[raw.length];
        for (int i = 0; i < raw.length; i++) {
            vector[i] = (float) (raw[i] / length);
        }
        return Optional.of(vector);
    }

    static byte[] bytes(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }

    /** Empty where the bytes are none. */
    static Optional<float[]> of(byte[] bytes) {
        if (bytes.length == 0 || bytes.length % Float.BYTES != 0 || bytes.length > MOST_BYTES) {
            return Optional.empty();
        }
        var vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(vector);
        return Optional.of(vector);
    }
}
