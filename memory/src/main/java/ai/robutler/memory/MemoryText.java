package ai.robutler.memory;

/** Text that others wrote, on its way to a model. */
final class MemoryText {
    private MemoryText() {}

    /** As data between tags: it cannot close them. */
    static String data(String text) {
        return text.replace("<", "‹").replace(">", "›");
    }
}
