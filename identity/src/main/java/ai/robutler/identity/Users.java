package ai.robutler.identity;

import java.util.regex.Pattern;

/** What ids of users look like: printable, since they end up in logs, headers and statements. */
final class Users {
    private static final Pattern ID = Pattern.compile("[^\\p{C}\\p{Z}]{1,255}");

    private Users() {}

    static boolean isGood(String id) {
        return ID.matcher(id).matches();
    }

    /**
     * @return the id itself
     * @throws IllegalArgumentException if no user can have it
     */
    static String require(String id) {
        if (!isGood(id)) {
            throw new IllegalArgumentException(
                    "a user's id has 1 to 255 characters, without spaces and control characters");
        }
        return id;
    }
}
