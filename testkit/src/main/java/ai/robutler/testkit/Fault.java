package ai.robutler.testkit;

/** What goes wrong while a reply is written, and where. */
sealed interface Fault {

    Fault NONE = new None();

    /** How the writing ends. */
    enum End {
        /** The connection is closed in the regular way (FIN). */
        CUT,
        /** The connection is reset (RST). */
        RESET,
        /** Nothing more comes, and the connection stays open. */
        HANG
    }

    record None() implements Fault {}

    record BeforeHeaders(End end) implements Fault {}

    record AfterChunks(int chunks, End end) implements Fault {
        public AfterChunks {
            Checks.notNegative(chunks, "chunks");
        }
    }

    record AfterBytes(long bytes, End end) implements Fault {
        public AfterBytes {
            Checks.notNegative(bytes, "bytes");
        }
    }

    record ErrorFrame(int chunks, ErrorReply error) implements Fault {
        public ErrorFrame {
            Checks.notNegative(chunks, "chunks");
        }
    }
}
