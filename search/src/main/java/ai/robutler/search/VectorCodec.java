package ai.robutler.search;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;

/** Vectors are compared by bytes: a quarter of the memory, at no loss that can be seen in hits. */
final class VectorCodec {
    private VectorCodec() {}

    static Codec codec() {
        KnnVectorsFormat quantised = new Lucene104HnswScalarQuantizedVectorsFormat();
        return new Lucene104Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return quantised;
            }
        };
    }
}
