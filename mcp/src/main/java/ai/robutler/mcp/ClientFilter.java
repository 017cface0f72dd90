package ai.robutler.mcp;

import ai.robutler.core.Scope;
import ai.robutler.core.Settings;

import java.util.Optional;

/**
 * Which tools of a server are offered, and to whom.
 *
 * @param allow all where it is empty
 * @param deny wins over {@code allow}
 */
record ClientFilter(ClientGlobs allow, ClientGlobs deny, Scope scope) {
    static final ClientFilter ALL = new ClientFilter(ClientGlobs.NONE, ClientGlobs.NONE, Scope.ALL);

    /** Reads {@code allow}, {@code deny} and {@code scope}. */
    static ClientFilter read(Settings settings) {
        return new ClientFilter(
                ClientGlobs.of(settings.texts("allow")),
                ClientGlobs.of(settings.texts("deny")),
                scope(settings));
    }

    private static Scope scope(Settings settings) {
        String name = settings.text("scope", Scope.ALL.name());
        try {
            return new Scope(name);
        } catch (IllegalArgumentException e) {
            settings.problem("scope", "is wrong: " + e.getMessage());
            return Scope.ALL;
        }
    }

    /** What callers must hold to hold both: the narrower of two. Empty where neither is. */
    static Optional<Scope> both(Scope one, Scope other) {
        if (one.equals(other) || isWithin(one, other)) {
            return Optional.of(one);
        }
        return isWithin(other, one) ? Optional.of(other) : Optional.empty();
    }

    /** Whether all who hold the narrower hold the wider: all, user, owner, admin. */
    private static boolean isWithin(Scope narrower, Scope wider) {
        if (wider.equals(Scope.ALL)) {
            return true;
        }
        if (wider.equals(Scope.USER)) {
            return !narrower.equals(Scope.ALL);
        }
        return wider.equals(Scope.OWNER) && narrower.equals(Scope.ADMIN);
    }

    /**
     * @param tool as its server calls it
     */
    boolean admits(String tool) {
        return (allow.isEmpty() || allow.match(tool)) && !deny.match(tool);
    }
}
