package ai.robutler.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;

/** What the skills of an agent bring, each list in the order in which it is used. */
record Skills(
        List<String> names,
        List<AgentTool> tools,
        List<AgentHook> hooks,
        List<AgentPrompt> prompts,
        List<AgentHandoff> handoffs,
        List<AgentEndpoint> endpoints,
        List<ToolSource> sources,
        List<SkillLifecycle> lives,
        List<Offering> offerings) {
    static final Skills NONE =
            new Skills(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    Skills {
        names = List.copyOf(names);
        tools = List.copyOf(tools);
        hooks = sorted(hooks, Comparator.comparingInt(AgentHook::priority));
        prompts = sorted(prompts, Comparator.comparingInt(AgentPrompt::priority));
        handoffs = List.copyOf(handoffs);
        endpoints = List.copyOf(endpoints);
        sources = List.copyOf(sources);
        lives = List.copyOf(lives);
        offerings = List.copyOf(offerings);
    }

    /** What holds nothing, and has no other tools. */
    Skills(
            List<String> names,
            List<AgentTool> tools,
            List<AgentHook> hooks,
            List<AgentPrompt> prompts,
            List<AgentHandoff> handoffs,
            List<AgentEndpoint> endpoints) {
        this(names, tools, hooks, prompts, handoffs, endpoints, List.of(), List.of(), List.of());
    }

    /** Whether there is nothing but names. */
    boolean isEmpty() {
        return tools.isEmpty()
                && hooks.isEmpty()
                && prompts.isEmpty()
                && handoffs.isEmpty()
                && endpoints.isEmpty()
                && sources.isEmpty()
                && offerings.isEmpty();
    }

    /** All tools as they are now, those of sources behind the others. */
    List<AgentTool> allTools() {
        if (sources.isEmpty()) {
            return tools;
        }
        var all = new ArrayList<>(tools);
        var taken = new HashSet<String>();
        tools.forEach(tool -> taken.add(tool.name()));
        handoffs.forEach(handoff -> taken.add(handoff.toolName()));
        for (ToolSource source : sources) {
            for (AgentTool tool : source.tools()) {
                if (taken.add(tool.name())) {
                    all.add(tool);
                }
            }
        }
        return all;
    }

    private static <T> List<T> sorted(List<T> list, Comparator<T> order) {
        return list.stream().sorted(order).toList();
    }

    /**
     * All of these as one.
     *
     * @throws IllegalArgumentException if two tools, or a tool and a handoff, have the same name
     */
    static Skills join(List<Skills> parts) {
        var all =
                new Skills(
                        each(parts, Skills::names),
                        each(parts, Skills::tools),
                        each(parts, Skills::hooks),
                        each(parts, Skills::prompts),
                        each(parts, Skills::handoffs),
                        each(parts, Skills::endpoints),
                        each(parts, Skills::sources),
                        each(parts, Skills::lives),
                        each(parts, Skills::offerings));
        var names = new HashSet<String>();
        all.tools.forEach(tool -> requireNew(names, tool.name()));
        all.handoffs.forEach(handoff -> requireNew(names, handoff.toolName()));
        return all;
    }

    private static void requireNew(HashSet<String> names, String name) {
        if (!names.add(name)) {
            throw new IllegalArgumentException(
                    "two tools are called '" + name + "'; give one of them another name");
        }
    }

    private static <T> List<T> each(List<Skills> parts, Function<Skills, List<T>> list) {
        var all = new ArrayList<T>();
        parts.forEach(part -> all.addAll(list.apply(part)));
        return all;
    }
}
