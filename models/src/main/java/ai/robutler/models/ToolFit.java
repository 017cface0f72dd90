package ai.robutler.models;

import ai.robutler.core.ToolDefinition;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How well a tool fits a question.
 *
 * @param score 0 if nothing speaks for it
 */
record ToolFit(ToolDefinition tool, int score) {
    private static final int NAME = 3;
    private static final int TOPIC = 3;
    private static final int ENOUGH = 3;

    /** The best of the tools; of equals the first. Empty if none fits well enough. */
    static Optional<ToolDefinition> best(List<ToolDefinition> tools, String question) {
        return ranked(tools, question).filter(fit -> fit.score >= ENOUGH).map(ToolFit::tool);
    }

    /** The best of the tools, however badly it fits; empty only if there is none. */
    static Optional<ToolDefinition> any(List<ToolDefinition> tools, String question) {
        return ranked(tools, question).map(ToolFit::tool);
    }

    private static Optional<ToolFit> ranked(List<ToolDefinition> tools, String question) {
        Set<String> words = Words.stems(question);
        Set<String> topics = Words.topics(words);
        if (Expressions.in(question).isPresent()) {
            topics.add("math");
        }
        return tools.stream()
                .map(tool -> new ToolFit(tool, score(tool, words, topics)))
                .reduce((best, next) -> next.score > best.score ? next : best);
    }

    /**
     * Each word of the name counts much, of the description little; what a name is about counts
     * like a word of it.
     */
    private static int score(ToolDefinition tool, Set<String> words, Set<String> topics) {
        Set<String> name = Words.stems(tool.name());
        Set<String> description = Words.stems(tool.description());
        Set<String> nameTopics = Words.topics(name);
        if (tool.parameters().path("properties").has("expression")) {
            nameTopics.add("math");
        }
        Set<String> descriptionTopics = Words.topics(description);
        descriptionTopics.removeAll(nameTopics);
        description.removeAll(name);
        return NAME * common(name, words)
                + common(description, words)
                + TOPIC * common(nameTopics, topics)
                + TOPIC * common(descriptionTopics, topics) / 2;
    }

    private static int common(Set<String> some, Set<String> others) {
        var both = new HashSet<>(some);
        both.retainAll(others);
        return both.size();
    }
}
