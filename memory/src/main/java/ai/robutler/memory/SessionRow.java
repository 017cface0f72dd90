package ai.robutler.memory;

import java.time.Instant;

/**
 * A conversation as it is kept.
 *
 * @param version grows with each change of what was said
 * @param turns those that were replaced count as well
 * @param summary of what was said up to and with the turn of the number {@code summarised}
 */
record SessionRow(
        String id,
        MemoryOwner owner,
        String name,
        long version,
        long turns,
        long bytes,
        Instant created,
        Instant used,
        Instant expires,
        String summary,
        long summarised) {}
