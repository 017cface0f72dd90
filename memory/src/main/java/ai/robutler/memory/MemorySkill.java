package ai.robutler.memory;

import ai.robutler.core.Agent;
import ai.robutler.core.Param;
import ai.robutler.core.Prompt;
import ai.robutler.core.RunContext;
import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;
import ai.robutler.core.SkillLifecycle;
import ai.robutler.core.Tool;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Facts about each user: the skill {@code memory}. */
class MemorySkill implements SkillLifecycle {
    private static final int MOST = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** What callers whom nobody knows leave behind goes with the sessions that it is bound to. */
    private static final Duration OF_STRANGERS = Duration.ofDays(30);

    private final Optional<Memory> memory;
    private final Optional<FactStore> kept;
    private final FactSettings settings;
    private final Optional<FactPrompt> prompt;

    MemorySkill(Optional<Memory> memory, FactSettings settings) {
        this.memory = memory;
        this.kept = memory.map(Memory::facts);
        this.settings = settings;
        this.prompt =
                settings.prompt().isPresent()
                        ? kept.map(facts -> new FactPrompt(facts, settings.prompt().getAsInt()))
                        : Optional.empty();
    }

    /** Makes it; without a memory it checks settings, and what it makes is only looked at. */
    record Factory(Optional<Memory> memory) implements SkillFactory {
        @Override
        public String name() {
            return "memory";
        }

        @Override
        public Object create(Settings settings) {
            FactSettings read = FactSettings.read(settings);
            return read.window().isPresent()
                    ? new MemorySessionSkill(memory, read, read.window().getAsInt())
                    : new MemorySkill(memory, read);
        }
    }

    /** The index is made in the background, so that the first question finds it. */
    @Override
    public void start(Agent agent) {
        memory.ifPresent(Memory::index);
    }

    /** What is open is all agents' together. */
    @Override
    public void close() {}

    private FactStore facts() {
        return kept.orElseThrow(Memory::unused);
    }

    /** A fact as the model sees it. */
    record Shown(
            String id,
            String content,
            int importance,
            List<String> tags,
            Instant updated,
            Optional<Instant> expires) {
        static Shown of(Fact fact) {
            return new Shown(
                    fact.id(),
                    fact.content(),
                    fact.importance(),
                    fact.tags(),
                    fact.updated(),
                    fact.expires());
        }
    }

    /** What became of a note. */
    record Saved(String result, Shown memory, List<String> forgotten) {}

    /** Facts, and how many more there are. */
    record Listed(List<Shown> memories, int total) {}

    /** What became of a deletion. */
    record Deleted(boolean deleted, String result) {}

    /** How much is known. */
    record Stats(
            int memories,
            int most,
            Map<Integer, Long> byImportance,
            Map<String, Long> byTag,
            Optional<Instant> oldest,
            Optional<Instant> newest) {}

    @Tool(
            description =
                    "Remembers a fact about the user for later conversations. Save one fact at a"
                            + " time, as a sentence that is clear by itself.")
    Saved saveMemory(
            @Param("the fact, such as 'The user is allergic to nuts.'") String content,
            @Param(value = "how much it matters, 1 to 10", defaultValue = "5") int importance,
            @Param(value = "words to find it by", defaultValue = "[]") List<String> tags,
            @Param("after how many days to forget it; without it, never")
                    Optional<Integer> expiresInDays,
            RunContext context) {
        MemoryOwner owner = FactOwner.require(context);
        var note = new FactNote(content, importance, tags, expires(owner, expiresInDays));
        FactStore.Saved saved = facts().save(owner, note, settings.facts());
        return new Saved(
                saved.merged() ? "It was known, or nearly; now it is one memory." : "It is saved.",
                Shown.of(saved.fact()),
                saved.dropped().stream()
                        .map(fact -> "For want of space forgotten: " + fact.content())
                        .toList());
    }

    private Optional<Instant> expires(MemoryOwner owner, Optional<Integer> days) {
        if (days.isPresent() && (days.get() < 1 || days.get() > 36_500)) {
            throw new IllegalArgumentException("expiresInDays must be 1 to 36500");
        }
        Optional<Duration> time = days.map(Duration::ofDays).or(settings::expires);
        if (!owner.isKnown()) {
            time =
                    Optional.of(
                            time.filter(given -> given.compareTo(OF_STRANGERS) < 0)
                                    .orElse(OF_STRANGERS));
        }
        return time.map(given -> facts().now().plus(given));
    }

    @Tool(description = "Finds what is remembered about the user, by words or by meaning.")
    List<Shown> searchMemories(
            @Param("what to look for") String query,
            @Param(value = "how many memories at most, 1 to 25", defaultValue = "5") int limit,
            @Param(value = "only memories with one of these tags", defaultValue = "[]")
                    List<String> tags,
            RunContext context) {
        requireLimit(limit, 25);
        return facts()
                .search(
                        FactOwner.require(context),
                        query,
                        Set.copyOf(FactNote.tags(tags)),
                        limit,
                        PATIENCE)
                .stream()
                .map(found -> Shown.of(found.fact()))
                .toList();
    }

    @Tool(description = "Lists what is remembered about the user, the last saved first.")
    Listed listMemories(
            @Param(value = "how many at most, 1 to 100", defaultValue = "20") int limit,
            @Param(value = "how many to leave out before them", defaultValue = "0") int offset,
            @Param("only memories with this tag") Optional<String> tag,
            RunContext context) {
        requireLimit(limit, MOST);
        if (offset < 0) {
            throw new IllegalArgumentException("offset must be 0 or more");
        }
        List<Fact> all =
                facts().all(FactOwner.require(context)).stream()
                        .filter(
                                fact ->
                                        tag.isEmpty()
                                                || fact.tags()
                                                        .containsAll(
                                                                FactNote.tags(List.of(tag.get()))))
                        .toList();
        return new Listed(
                all.stream().skip(offset).limit(limit).map(Shown::of).toList(), all.size());
    }

    private static void requireLimit(int limit, int most) {
        if (limit < 1 || limit > most) {
            throw new IllegalArgumentException("limit must be 1 to " + most + ", not " + limit);
        }
    }

    @Tool(description = "Forgets a memory about the user for good.")
    Deleted deleteMemory(
            @Param("the memory's id, mem_…, as the other tools tell it") String id,
            RunContext context) {
        boolean deleted = facts().delete(FactOwner.require(context), id);
        return new Deleted(
                deleted, deleted ? "It is forgotten." : "There is no memory of this id.");
    }

    @Tool(description = "Tells how much is remembered about the user.")
    Stats memoryStats(RunContext context) {
        List<Fact> all = facts().all(FactOwner.require(context));
        return new Stats(
                all.size(),
                settings.facts(),
                all.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Fact::importance, TreeMap::new, Collectors.counting())),
                all.stream()
                        .flatMap(fact -> fact.tags().stream())
                        .collect(
                                Collectors.groupingBy(
                                        tag -> tag, TreeMap::new, Collectors.counting())),
                all.stream().map(Fact::created).min(Comparator.naturalOrder()),
                all.stream().map(Fact::updated).max(Comparator.naturalOrder()));
    }

    /** After the agent's own words. */
    @Prompt(priority = 60)
    String remembered(RunContext context) {
        return prompt.map(made -> made.text(context)).orElse("");
    }
}
