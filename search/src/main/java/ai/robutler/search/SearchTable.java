package ai.robutler.search;

import org.jdbi.v3.core.Handle;

import java.util.List;

/**
 * The table that an index is made of. The database is the truth: an index holds nothing that it
 * could not read here again.
 */
@FunctionalInterface
public interface SearchTable {

    /**
     * The documents with these ids, in any order; one that is not there (any more) is left out.
     * Called by one thread, with at most a few hundred ids, within a transaction that only reads.
     */
    List<SearchDocument> load(Handle handle, List<String> ids);
}
