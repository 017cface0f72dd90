package ai.robutler.search;

import org.jdbi.v3.core.Handle;

import java.util.Collection;
import java.util.Map;

/** What is known of the meanings of documents. */
interface Meanings {
    /** No embedding model. */
    Meanings NONE =
            new Meanings() {
                @Override
                public String model() {
                    return "";
                }

                @Override
                public Map<String, Meaning> of(
                        Handle handle, Collection<SearchDocument> documents) {
                    return Map.of();
                }
            };

    /** Names the model, so that an index of another's vectors is made anew; "" for none. */
    String model();

    /** By document; those of no model are left out. */
    Map<String, Meaning> of(Handle handle, Collection<SearchDocument> documents);
}
