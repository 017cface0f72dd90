/**
 * Search by words and by meaning over what the database holds: {@link
 * ai.robutler.search.ChangeFeed} tells of changes, {@link ai.robutler.search.SearchIndex} finds.
 */
@NullMarked
package ai.robutler.search;

import org.jspecify.annotations.NullMarked;
