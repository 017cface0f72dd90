package ai.robutler.search;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

import java.io.IOException;

/**
 * Vectors are compared by bytes, for a quarter of the memory, and may be longer than Lucene's usual
 * 1,024 numbers.
 */
final class VectorCodec extends KnnVectorsFormat {
    /** The longest vectors that are taken. */
    static final int LONGEST = 4_096;

    private static final KnnVectorsFormat BYTES = new Lucene104HnswScalarQuantizedVectorsFormat();

    /** By its own name: that is what segments say that they were written by. */
    private VectorCodec() {
        super(BYTES.getName());
    }

    static Codec codec() {
        var format = new VectorCodec();
        return new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return format;
            }
        };
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
        return BYTES.fieldsWriter(state);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
        return BYTES.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String field) {
        return LONGEST;
    }
}
