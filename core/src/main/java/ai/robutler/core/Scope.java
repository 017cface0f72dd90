package ai.robutler.core;

import java.util.regex.Pattern;

/**
 * Who may do a thing: {@code admin} over {@code owner} (the caller owns this agent) over {@code
 * user} (authenticated) over {@code all}; every other scope is matched by its name. A scope that
 * the caller does not hold is refused, whatever it is called.
 */
public record Scope(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._:-]{0,63}");

    public static final Scope ALL = new Scope("all");
    public static final Scope USER = new Scope("user");
    public static final Scope OWNER = new Scope("owner");
    public static final Scope ADMIN = new Scope("admin");

    public Scope {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("scope '" + name + "' must match " + NAME.pattern());
        }
    }

    /**
     * Whether the caller holds this scope.
     *
     * @param owner the user who owns the agent in question, "" where nobody does
     */
    public boolean admits(Caller caller, String owner) {
        return switch (caller) {
            case Caller.Anonymous _ -> equals(ALL);
            case Caller.User user ->
                    switch (name) {
                        case "all", "user" -> true;
                        case "owner" ->
                                user.isInPerson()
                                        && (user.isAdmin()
                                                || (!owner.isEmpty() && user.id().equals(owner)));
                        case "admin" -> user.isInPerson() && user.isAdmin();
                        default -> user.scopes().contains(name);
                    };
        };
    }
}
