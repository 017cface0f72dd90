package ai.robutler.memory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that an agent knows of a user.
 *
 * @param importance 1 to 10
 * @param updated when it was last said
 * @param expires empty for never
 */
record Fact(
        String id,
        MemoryOwner owner,
        String content,
        int importance,
        List<String> tags,
        Instant created,
        Instant updated,
        Optional<Instant> expires) {
    Fact {
        tags = List.copyOf(tags);
    }
}
