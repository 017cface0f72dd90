package ai.robutler.models;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * In what a provider departs from OpenAI's Chat Completions. Without any, requests and answers pass
 * as they are.
 */
final class Quirks {
    private static final Pattern NEVER = Pattern.compile("(?!)");

    static final Quirks NONE = new Quirks(new Builder());

    /** Fields of requests that it refuses. */
    final Set<String> drops;

    /** Fields of requests by OpenAI's name, and what it calls them. */
    final Map<String, String> renames;

    /** Fields of messages that it refuses. */
    final Set<String> messageDrops;

    /** Fields of requests that only its thinking models refuse. */
    final Set<String> thinkingDrops;

    /** Whether it knows the role {@code developer}; else that is {@code system}. */
    final boolean developer;

    /** Whether it wants to be asked for usage in streams; else it reports it unasked. */
    final boolean streamOptions;

    final EffortForm effort;

    /** The levels of thinking of models that are not in the catalog; none: any. */
    final List<String> efforts;

    /** The field with a model's thoughts, where that is not {@code reasoning_content}. */
    final String thoughts;

    /** Whether content can come as a list of thoughts and texts. */
    final boolean contentParts;

    /** Its finish reasons that OpenAI does not have, as those that OpenAI has. */
    final Map<String, String> finishReasons;

    /** A JSON Pointer to usage that is not where OpenAI has it, "" if it is. */
    final String usage;

    /** A JSON Pointer to the words of an error in a chunk that has no {@code error}, "" if none. */
    final String chunkError;

    /** Whether the ids of tool calls must be nine letters and digits. */
    final boolean shortCallIds;

    /** The field of usage with the cost in US dollars, "" if there is none. */
    final String cost;

    /** What it says when a prompt is too long. */
    final Pattern tooLong;

    /** What it says about a bad key in answers that do not have the status for it. */
    final Pattern badKey;

    private Quirks(Builder made) {
        drops = Set.copyOf(made.drops);
        renames = Map.copyOf(made.renames);
        messageDrops = Set.copyOf(made.messageDrops);
        thinkingDrops = Set.copyOf(made.thinkingDrops);
        developer = made.developer;
        streamOptions = made.streamOptions;
        effort = made.effort;
        efforts = List.copyOf(made.efforts);
        thoughts = made.thoughts;
        contentParts = made.contentParts;
        finishReasons = Map.copyOf(made.finishReasons);
        usage = made.usage;
        chunkError = made.chunkError;
        shortCallIds = made.shortCallIds;
        cost = made.cost;
        tooLong = made.tooLong;
        badKey = made.badKey;
    }

    static Builder builder() {
        return new Builder();
    }

    /** Whether anything about messages departs. */
    boolean changesMessages() {
        return !developer || !messageDrops.isEmpty() || !thoughts.isEmpty() || shortCallIds;
    }

    /** Whether anything about answers departs. */
    boolean changesAnswers() {
        return !thoughts.isEmpty() || contentParts || !finishReasons.isEmpty() || !usage.isEmpty();
    }

    static final class Builder {
        private final Set<String> drops = new TreeSet<>();
        private final Map<String, String> renames = new TreeMap<>();
        private final Set<String> messageDrops = new TreeSet<>();
        private final Set<String> thinkingDrops = new TreeSet<>();
        private final Map<String, String> finishReasons = new TreeMap<>();
        private List<String> efforts = List.of();
        private boolean developer = true;
        private boolean streamOptions = true;
        private boolean contentParts;
        private EffortForm effort = EffortForm.FIELD;
        private String thoughts = "";
        private String usage = "";
        private String chunkError = "";
        private boolean shortCallIds;
        private String cost = "";
        private Pattern tooLong = NEVER;
        private Pattern badKey = NEVER;

        private Builder() {}

        Builder drops(String... fields) {
            drops.addAll(List.of(fields));
            return this;
        }

        Builder renames(String field, String theirs) {
            renames.put(field, theirs);
            return this;
        }

        Builder messageDrops(String... fields) {
            messageDrops.addAll(List.of(fields));
            return this;
        }

        Builder thinkingDrops(String... fields) {
            thinkingDrops.addAll(List.of(fields));
            return this;
        }

        Builder noDeveloper() {
            developer = false;
            return this;
        }

        Builder noStreamOptions() {
            streamOptions = false;
            return this;
        }

        Builder effort(EffortForm form, String... levels) {
            effort = form;
            efforts = List.of(levels);
            return this;
        }

        Builder thoughts(String field) {
            thoughts = field;
            return this;
        }

        Builder contentParts() {
            contentParts = true;
            return this;
        }

        Builder finishReason(String theirs, String reason) {
            finishReasons.put(theirs, reason);
            return this;
        }

        Builder usage(String pointer) {
            usage = pointer;
            return this;
        }

        Builder chunkError(String pointer) {
            chunkError = pointer;
            return this;
        }

        Builder shortCallIds() {
            shortCallIds = true;
            return this;
        }

        Builder cost(String field) {
            cost = field;
            return this;
        }

        Builder tooLong(String regex) {
            tooLong = Pattern.compile(regex);
            return this;
        }

        Builder badKey(String regex) {
            badKey = Pattern.compile(regex);
            return this;
        }

        Quirks build() {
            return new Quirks(this);
        }
    }
}
