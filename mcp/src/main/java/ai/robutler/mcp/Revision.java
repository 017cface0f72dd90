package ai.robutler.mcp;

import java.util.Optional;

/**
 * A revision of the Model Context Protocol, <a
 * href="https://modelcontextprotocol.io/specification">as published</a>. Later ones come later.
 */
enum Revision {
    V2024_11_05("2024-11-05"),
    V2025_03_26("2025-03-26"),
    V2025_06_18("2025-06-18"),
    V2025_11_25("2025-11-25"),
    /** Without sessions: each request says all that it needs. */
    V2026_07_28("2026-07-28");

    private final String date;

    Revision(String date) {
        this.date = date;
    }

    /** As it stands on the wire. */
    String date() {
        return date;
    }

    /** The revision of a date; empty: none that is spoken here. */
    static Optional<Revision> of(String date) {
        for (Revision each : values()) {
            if (each.date.equals(date)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    boolean isAtLeast(Revision other) {
        return compareTo(other) >= 0;
    }
}
