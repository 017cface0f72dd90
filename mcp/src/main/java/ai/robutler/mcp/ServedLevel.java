package ai.robutler.mcp;

import java.util.Locale;
import java.util.Optional;

/** How important a message of the log is, as syslog has it (RFC 5424). */
public enum ServedLevel {
    DEBUG,
    INFO,
    NOTICE,
    WARNING,
    ERROR,
    CRITICAL,
    ALERT,
    EMERGENCY;

    /** As it stands on the wire. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ServedLevel> of(String wire) {
        for (ServedLevel level : values()) {
            if (level.wire().equals(wire)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
