/** What agents remember: conversations, facts about their users, documents. */
@NullMarked
package ai.robutler.memory;

import org.jspecify.annotations.NullMarked;
