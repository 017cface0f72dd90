package ai.robutler.core;

import java.util.Set;

/** Who calls, as far as the server could prove it. */
public sealed interface Caller {

    /** Nobody that we know. */
    record Anonymous() implements Caller {}

    /**
     * An authenticated user.
     *
     * @param id the user's lasting name, never empty
     * @param scopes what the credentials grant by name; ownership is never granted this way
     */
    record User(String id, Set<String> scopes) implements Caller {
        public User {
            if (id.isBlank()) {
                throw new IllegalArgumentException("a user needs an id");
            }
            scopes = Set.copyOf(scopes);
        }

        boolean isAdmin() {
            return scopes.contains(Scope.ADMIN.name());
        }
    }

    static Caller anonymous() {
        return new Anonymous();
    }

    static Caller user(String id, String... scopes) {
        return new User(id, Set.of(scopes));
    }

    /** What separates this caller's data from every other's; "" for anonymous callers. */
    default String subject() {
        return switch (this) {
            case Anonymous _ -> "";
            case User user -> user.id();
        };
    }
}
