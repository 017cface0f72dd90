package ai.robutler.memory;

import java.util.List;

/**
 * A document as it was read.
 *
 * @param path below its folder, with slashes
 * @param hash of the file's bytes
 * @param problem why nothing, or not everything, of it can be found; "" where all can
 */
record KnowledgeDocument(
        String path,
        String title,
        String hash,
        long size,
        long modified,
        List<DocumentChunks.Chunk> chunks,
        String problem) {
    KnowledgeDocument {
        chunks = List.copyOf(chunks);
    }

    /** What is known of a document without its chunks. */
    record Row(
            String id,
            String path,
            String hash,
            long size,
            long modified,
            long ingested,
            int chunks,
            String problem,
            int reader) {
        /** How exact clocks of file systems are: what was changed later than this may be again. */
        private static final long CLOCK = 2_000;

        /** Whether a file that looks like this need not be opened. */
        boolean isUnchanged(long size, long modified) {
            return this.size == size
                    && this.modified == modified
                    && reader == DocumentReader.VERSION
                    && modified < ingested - CLOCK;
        }
    }
}
