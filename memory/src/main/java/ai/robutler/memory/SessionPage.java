package ai.robutler.memory;

import ai.robutler.core.InvalidRequestException;

/** Where a page of conversations begins: after this one, in the order of their last use. */
record SessionPage(long used, String id) {
    static final SessionPage FIRST = new SessionPage(Long.MAX_VALUE, "");

    static SessionPage after(SessionRow row) {
        return new SessionPage(row.used().toEpochMilli(), row.id());
    }

    /**
     * @throws InvalidRequestException if it was not given by {@link #text}
     */
    static SessionPage parse(String text) {
        int dot = text.indexOf('.');
        try {
            return new SessionPage(
                    Long.parseLong(text.substring(0, Math.max(0, dot))), text.substring(dot + 1));
        } catch (NumberFormatException e) {
            throw InvalidRequestException.of(
                    "before", "'before' takes the 'next' of the page before.");
        }
    }

    String text() {
        return used + "." + id;
    }
}
