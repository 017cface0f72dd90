package ai.robutler.discovery;

import ai.robutler.core.Caller;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Scope;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A page of what is listed, in the order of names.
 *
 * @param after the last entry of the page before
 * @param limit 1 to 200
 */
public record Listing(
        Optional<String> owner, Optional<String> name, Optional<Cursor> after, int limit) {
    static final int MOST = 200;

    public Listing {
        if (limit < 1 || limit > MOST) {
            throw InvalidRequestException.of("limit", "limit must be from 1 to " + MOST + ".");
        }
        owner.ifPresent(text -> Query.plain("owner", text));
        name.ifPresent(text -> Query.plain("name", text));
    }

    /** The first page. */
    public static Listing first(int limit) {
        return new Listing(Optional.empty(), Optional.empty(), Optional.empty(), limit);
    }

    /** Where a page ended; on the wire, {@code NAME:ID}. */
    public record Cursor(String name, String id) {
        private static final Pattern FORM = Pattern.compile("([a-z0-9._-]{1,64}):([0-9a-f]{32})");

        /**
         * @throws InvalidRequestException if it is none
         */
        public static Cursor parse(String text) {
            var matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw InvalidRequestException.of(
                        "cursor", "cursor must be the 'next' of the page before.");
            }
            return new Cursor(matcher.group(1), matcher.group(2));
        }

        @Override
        public String toString() {
            return name + ":" + id;
        }
    }

    /**
     * A page.
     *
     * @param next where the next one begins; empty after the last
     */
    public record Page(List<Found> agents, Optional<Cursor> next) {
        public Page {
            agents = List.copyOf(agents);
        }
    }

    /**
     * What a caller may see.
     *
     * @param all whether it is everything
     * @param scopes by their names
     * @param owner whose own is seen as well, "" for nobody's
     */
    record Sight(boolean all, Set<String> scopes, String owner) {
        static Sight of(Caller caller) {
            return switch (caller) {
                case Caller.Anonymous _ -> new Sight(false, Set.of(Scope.ALL.name()), "");
                case Caller.User user -> {
                    var scopes = new HashSet<>(user.scopes());
                    // Not to be held: they say who somebody is.
                    scopes.removeAll(Set.of(Scope.OWNER.name(), Scope.ADMIN.name()));
                    scopes.addAll(Set.of(Scope.ALL.name(), Scope.USER.name()));
                    yield new Sight(
                            Scope.ADMIN.admits(caller, ""),
                            scopes,
                            Scope.OWNER.admits(caller, user.id()) ? user.id() : "");
                }
            };
        }
    }
}
