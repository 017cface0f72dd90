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
     * @param credential what proved it
     */
    record User(String id, Set<String> scopes, Credential credential) implements Caller {
        public User {
            if (id.isBlank()) {
                throw new IllegalArgumentException("a user needs an id");
            }
            scopes = Set.copyOf(scopes);
        }

        /** A user whose credentials say no more. */
        public User(String id, Set<String> scopes) {
            this(id, scopes, Credential.NONE);
        }

        boolean isAdmin() {
            return scopes.contains(Scope.ADMIN.name());
        }

        /** Whether this is the user, and not an agent that acts for the user. */
        boolean isInPerson() {
            return credential.actingAgent().isEmpty();
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

    /** Whether the credentials are good for telling what one agent can do, and for nothing else. */
    default boolean onlyPublishes() {
        return switch (this) {
            case Anonymous _ -> false;
            case User user -> user.credential().publishes(user.credential().actingAgent());
        };
    }

    /** Whether the credentials are good for this agent; those of nobody hold nobody back. */
    default boolean mayReach(String agent) {
        return switch (this) {
            case Anonymous _ -> true;
            case User user -> user.credential().reaches(agent);
        };
    }
}
