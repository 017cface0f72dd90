package ai.robutler.search;

/**
 * A document that was found. All numbers are from 0 to 1.
 *
 * @param id its id in the table; it may be gone there by now
 * @param score what hits are ordered by: their place in both lists where vectors were asked, else
 *     the words
 * @param words how much of what is special in the query's words is in the document; comparable
 *     between queries
 * @param meaning how near the meanings are (cosine), 0 where no vectors were asked
 */
public record SearchHit(String id, double score, double words, double meaning) {

    /** How well it fits, by what fits best; comparable between queries, not the order of hits. */
    public double similarity() {
        return Math.max(words, meaning);
    }
}
