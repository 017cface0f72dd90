package ai.robutler.memory;

/**
 * A piece of a document that was found.
 *
 * @param path below its folder
 * @param headings that it stands below, parted by {@code ›}; "" for none
 * @param similarity from 0 to 1
 */
record KnowledgeHit(
        String id,
        String folder,
        String path,
        String title,
        String headings,
        String text,
        double similarity) {

    KnowledgeHit withSimilarity(double number) {
        return new KnowledgeHit(id, folder, path, title, headings, text, number);
    }
}
