package ai.robutler.memory;

import java.util.Optional;

/** What a skill needs to keep conversations. */
record SessionPart(Optional<SessionRuns> kept, Optional<SessionApi> shown) {

    /**
     * @param memory empty where agents are only looked at
     */
    static SessionPart of(Optional<Memory> memory, SessionSettings settings) {
        return new SessionPart(
                memory.map(found -> new SessionRuns(found.sessions(), settings, found.summaries())),
                memory.map(found -> new SessionApi(found.sessions())));
    }

    SessionRuns runs() {
        return kept.orElseThrow(Memory::unused);
    }

    SessionApi api() {
        return shown.orElseThrow(Memory::unused);
    }
}
