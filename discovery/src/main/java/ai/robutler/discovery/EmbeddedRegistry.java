package ai.robutler.discovery;

import ai.robutler.core.AuthenticationException;
import ai.robutler.core.Caller;
import ai.robutler.core.ConflictException;
import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.PaidUse;
import ai.robutler.core.PermissionException;
import ai.robutler.core.Scope;
import ai.robutler.discovery.ChallengeTable.Challenge;
import ai.robutler.discovery.Published.Challenged;
import ai.robutler.discovery.Published.Listed;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.search.SearchHit;
import ai.robutler.store.Database;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The registry in this program's own database. Any number of nodes may work on one database. */
final class EmbeddedRegistry implements Registry {
    /** Who else would be told apart: custom scopes are names of the platform that grants them. */
    private static final Set<Scope> SCOPES = Set.of(Scope.ALL, Scope.USER, Scope.OWNER);

    private static final int MOST_CHALLENGES = 20;
    private static final int MOST_HITS = 100;

    private final Database database;
    private final DiscoverySettings settings;
    private final EntryIndex index;
    private final OwnAgents own;
    private final Looker looker;
    private final AddressPolicy policy;
    private final PaidUse paidUse;
    private final InstantSource clock;

    EmbeddedRegistry(
            Database database,
            DiscoverySettings settings,
            EntryIndex index,
            OwnAgents own,
            Looker looker,
            PaidUse paidUse,
            InstantSource clock) {
        this.database = database;
        this.settings = settings;
        this.index = index;
        this.own = own;
        this.looker = looker;
        this.policy = looker.outbound().policy();
        this.paidUse = paidUse;
        this.clock = clock;
    }

    /** One that may be a result. */
    private record Candidate(Entry entry, SearchHit hit, PaidUse.Use use) {
        double score() {
            return hit.score() * Standing.of(entry, use);
        }
    }

    @Override
    public List<Found> search(Query query, Caller caller) {
        // More than are wanted: some may be gone, and who fails sinks.
        int limit = Math.min(MOST_HITS, query.top() * 2 + 10);
        List<SearchHit> hits = index.search(query, Listing.Sight.of(caller), limit);
        Map<String, Entry> rows = rows(hits.stream().map(SearchHit::id).toList());
        List<Entry> entries =
                rows.values().stream().filter(entry -> fits(entry, query, caller)).toList();
        Map<PaidUse.Agent, PaidUse.Use> uses = uses(entries);
        var fitting = new ArrayList<Candidate>();
        for (SearchHit hit : hits) {
            Entry entry = rows.get(hit.id());
            if (entry != null && fits(entry, query, caller)) {
                fitting.add(new Candidate(entry, hit, use(entry, uses)));
            }
        }
        fitting.sort(
                Comparator.comparingDouble(Candidate::score)
                        .reversed()
                        .thenComparing(candidate -> candidate.entry().id()));
        var found = new ArrayList<Found>();
        for (Candidate each : fitting.subList(0, Math.min(query.top(), fitting.size()))) {
            String intent =
                    Likeness.nearest(query.intent(), each.entry().allIntents(clock.millis()));
            double similarity = Math.round(each.hit().similarity() * 10_000) / 10_000.0;
            found.add(found(each.entry(), uses, intent, similarity, found.size() + 1));
        }
        return found;
    }

    private Map<String, Entry> rows(List<String> ids) {
        var rows = new HashMap<String, Entry>();
        if (!ids.isEmpty()) {
            database.read(handle -> EntryTable.byId(handle, ids))
                    .forEach(entry -> rows.put(entry.id(), entry));
        }
        return rows;
    }

    /** The row is what counts: the index may be a moment behind. */
    private boolean fits(Entry entry, Query query, Caller caller) {
        return entry.isListed(clock.millis())
                && entry.isVisible(caller)
                && query.owner().filter(owner -> !owner.equals(entry.owner())).isEmpty()
                && query.scope().filter(scope -> !scope.equals(entry.scope().name())).isEmpty()
                && entry.tags().containsAll(query.tags())
                && (query.health().isEmpty() || query.health().contains(entry.health()))
                && (query.mostNanoUsd().isEmpty()
                        || entry.priceNanoUsd().orElse(Long.MAX_VALUE)
                                <= query.mostNanoUsd().getAsLong());
    }

    private Map<PaidUse.Agent, PaidUse.Use> uses(List<Entry> entries) {
        return entries.isEmpty()
                ? Map.of()
                : paidUse.of(entries.stream().map(EmbeddedRegistry::payee).distinct().toList());
    }

    private static PaidUse.Agent payee(Entry entry) {
        return new PaidUse.Agent(entry.isRemote() ? entry.owner() : "", entry.name());
    }

    private static PaidUse.Use use(Entry entry, Map<PaidUse.Agent, PaidUse.Use> uses) {
        return uses.getOrDefault(payee(entry), PaidUse.Use.NONE);
    }

    private Found found(
            Entry entry,
            Map<PaidUse.Agent, PaidUse.Use> uses,
            String intent,
            double similarity,
            int rank) {
        PaidUse.Use use = use(entry, uses);
        boolean known = !entry.isRemote() || uses.containsKey(payee(entry));
        return new Found(
                entry.name(),
                entry.owner(),
                intent,
                entry.allIntents(clock.millis()),
                entry.description(),
                entry.tags(),
                entry.scope(),
                similarity,
                entry.url(),
                rank,
                entry.priceNanoUsd(),
                entry.isRemote(),
                entry.health(),
                known ? OptionalLong.of(use.settled()) : OptionalLong.empty(),
                Standing.rate(use),
                own.has(entry));
    }

    /** The best of this owner and name. */
    Optional<Found> find(String owner, String name) {
        Query.plain("owner", owner);
        Query.plain("name", name);
        List<Entry> entries =
                database.read(handle -> EntryTable.named(handle, owner, name, clock.millis()));
        return entries.stream()
                .min(Comparator.comparing(entry -> !own.has(entry)))
                .map(entry -> found(entry, Map.of(), "", 0, 1));
    }

    @Override
    public Listing.Page list(Listing listing, Caller caller) {
        long now = clock.millis();
        List<Entry> entries =
                database.read(
                        handle -> EntryTable.page(handle, listing, Listing.Sight.of(caller), now));
        boolean more = entries.size() > listing.limit();
        List<Entry> page = more ? entries.subList(0, listing.limit()) : entries;
        Map<PaidUse.Agent, PaidUse.Use> uses = uses(page);
        var found = new ArrayList<Found>();
        for (Entry entry : page) {
            found.add(found(entry, uses, "", 0, found.size() + 1));
        }
        return new Listing.Page(
                found,
                more
                        ? Optional.of(
                                new Listing.Cursor(page.getLast().name(), page.getLast().id()))
                        : Optional.empty());
    }

    @Override
    public Published publish(Publication publication, Caller caller) {
        Caller.User user = publisher(caller, publication.agent());
        database.write(
                handle -> {
                    // By itself: what is refused later counts as well.
                    Pace.count(handle, user.id(), clock.millis(), settings.publishesPerMinute());
                    return true;
                });
        return publication
                .url()
                .map(url -> remote(publication, AgentUrl.of(url, policy), user.id()))
                .orElseGet(() -> ownIntents(publication, user));
    }

    /** The owner in person, or the agent itself with the owner's word that it may. */
    private static Caller.User publisher(Caller caller, String agent) {
        return caller instanceof Caller.User user && user.credential().publishes(agent)
                ? user
                : inPerson(caller);
    }

    private static boolean isOwn(Entry entry, Caller.User user) {
        return Scope.OWNER.admits(user, entry.owner())
                || (user.credential().publishes(entry.name()) && user.id().equals(entry.owner()));
    }

    private static Caller.User inPerson(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous _ ->
                    throw new AuthenticationException(
                            "authentication_required", "Publishing needs credentials.");
            case Caller.User user when Scope.OWNER.admits(caller, user.id()) -> user;
            case Caller.User _ ->
                    throw new PermissionException(
                            "An agent that acts for a user cannot publish as the user, but itself"
                                    + " alone: with an owner assertion to publish.");
        };
    }

    private Listed ownIntents(Publication publication, Caller.User user) {
        long until = clock.millis() + publication.lifetime().toMillis();
        Entry listed =
                database.write(
                        handle -> {
                            List<Entry> mine =
                                    EntryTable.platform(handle, publication.agent()).stream()
                                            .filter(entry -> isOwn(entry, user))
                                            .toList();
                            if (mine.isEmpty()) {
                                throw new PermissionException("You own no agent of this name.");
                            }
                            own.publish(handle, mine, publication.intents(), until);
                            return mine.getFirst();
                        });
        return new Listed(listed.name(), listed.owner(), listed.url(), Instant.ofEpochMilli(until));
    }

    private Published remote(Publication publication, AgentUrl url, String owner) {
        if (!SCOPES.contains(publication.scope())) {
            throw InvalidRequestException.of(
                    "scope", "scope must be all, user or owner: others are not known here.");
        }
        try {
            return database.write(handle -> begin(handle, publication, url, owner))
                            instanceof Begun.Done(Published done)
                    ? done
                    : prove(publication, url, owner);
        } catch (RuntimeException e) {
            if (Database.isUniqueViolation(e)) {
                throw urlTaken();
            }
            throw e;
        }
    }

    /** How far it goes without a look at the URL. */
    private sealed interface Begun {
        record Done(Published published) implements Begun {}

        record ToProve() implements Begun {}
    }

    private Begun begin(Handle handle, Publication publication, AgentUrl url, String owner) {
        checkFree(handle, publication, url, owner);
        Optional<Entry> listed =
                EntryTable.byId(handle, Entry.remoteId(owner, publication.agent()));
        if (listed.isPresent() && listed.get().url().equals(url.text())) {
            return new Begun.Done(renew(handle, publication, listed.get()));
        }
        long now = clock.millis();
        String name = publication.agent();
        if (ChallengeTable.open(handle, owner, name, url.text(), now).isPresent()) {
            return new Begun.ToProve();
        }
        if (listed.isEmpty()) {
            checkRoom(EntryTable.countRemote(handle, owner), settings.entriesPerOwner(), "agents");
        }
        checkRoom(ChallengeTable.count(handle, owner, now), MOST_CHALLENGES, "open challenges");
        return new Begun.Done(
                challenged(ChallengeTable.make(handle, owner, name, url.text(), now), ""));
    }

    private static void checkRoom(int there, int most, String what) {
        if (there >= most) {
            throw new ConflictException(
                    "too_many_entries", "You have " + most + " " + what + ": no more is taken.");
        }
    }

    private void checkFree(Handle handle, Publication publication, AgentUrl url, String owner) {
        if (EntryTable.isOfPlatform(handle, publication.agent())) {
            throw new ConflictException(
                    "name_taken", "An agent of this platform has this name; choose another.");
        }
        for (String node : NodeTable.urls(handle)) {
            if (AgentUrl.of(node).origin().equals(url.origin())) {
                throw InvalidRequestException.of(
                        "url",
                        "url is this platform's own: its agents are listed without being"
                                + " registered.");
            }
        }
        if (EntryTable.isTaken(handle, url.text(), Entry.remoteId(owner, publication.agent()))) {
            throw urlTaken();
        }
    }

    private static ConflictException urlTaken() {
        return new ConflictException("url_taken", "Another agent is listed at this URL.");
    }

    /** It is proved: what is said of it may change, and its time begins anew. */
    private Listed renew(Handle handle, Publication publication, Entry listed) {
        Entry entry = entry(publication, listed.owner(), listed.url(), listed);
        if (entry.saysAs(listed)) {
            EntryTable.prolong(handle, entry.id(), entry.expires());
        } else {
            EntryTable.put(handle, entry, clock.millis());
            EntryIndex.FEED.changed(handle, List.of(entry.id()));
        }
        return listed(entry);
    }

    private Published prove(Publication publication, AgentUrl url, String owner) {
        String name = publication.agent();
        Optional<Challenge> open =
                database.read(
                        handle ->
                                ChallengeTable.open(
                                        handle, owner, name, url.text(), clock.millis()));
        if (open.isEmpty()) {
            // Another request of the same owner was quicker.
            throw new ConflictException("challenge_ended", "The challenge has ended; try again.");
        }
        Optional<String> problem =
                looker.proof(open.get()).or(() -> looker.health(url.text(), name));
        if (problem.isPresent()) {
            return challenged(open.get(), problem.get());
        }
        return database.write(
                handle -> {
                    checkFree(handle, publication, url, owner);
                    if (!ChallengeTable.take(handle, open.get())) {
                        throw new ConflictException(
                                "challenge_ended", "The challenge has ended; try again.");
                    }
                    Entry entry = entry(publication, owner, url.text(), null);
                    EntryTable.put(
                            handle, entry, clock.millis() + settings.probeEvery().toMillis());
                    EntryIndex.FEED.changed(handle, List.of(entry.id()));
                    return listed(entry);
                });
    }

    private Entry entry(Publication publication, String owner, String url, @Nullable Entry before) {
        return new Entry(
                Entry.remoteId(owner, publication.agent()),
                Entry.Kind.REMOTE,
                owner,
                publication.agent(),
                url,
                publication.description(),
                publication.intents(),
                List.of(),
                0,
                publication.tags(),
                publication.scope(),
                publication.priceNanoUsd(),
                before == null ? Health.UP : before.health(),
                before == null ? 0 : before.failures(),
                clock.millis(),
                clock.millis() + publication.lifetime().toMillis());
    }

    private static Listed listed(Entry entry) {
        return new Listed(
                entry.name(), entry.owner(), entry.url(), Instant.ofEpochMilli(entry.expires()));
    }

    private static Challenged challenged(Challenge challenge, String problem) {
        return new Challenged(
                challenge.token(),
                challenge.location(),
                challenge.proof(),
                Instant.ofEpochMilli(challenge.expires()),
                problem);
    }

    @Override
    public boolean withdraw(String agent, Caller caller) {
        String id = Entry.remoteId(inPerson(caller).id(), agent);
        return database.write(
                handle -> {
                    boolean there = EntryTable.delete(handle, id);
                    if (there) {
                        EntryIndex.FEED.removed(handle, List.of(id));
                    }
                    return there;
                });
    }
}
