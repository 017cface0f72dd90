package ai.robutler.core;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds what a skill brings: its annotated methods, read once when an agent is built. */
final class SkillReader {
    private SkillReader() {}

    /**
     * @param name under which the skill is shown
     * @throws IllegalArgumentException if a method cannot be what its annotation says, two things
     *     have one name, or no method is annotated
     */
    static Skills read(String name, Object skill) {
        var methods = new SkillMethods(skill);
        methods.requireBeside(Price.class, Tool.class);
        var names = new HashSet<String>();
        var paths = new HashSet<String>();
        var skills =
                new Skills(
                        List.of(name),
                        methods.each(
                                Tool.class,
                                (tool, method) -> {
                                    AgentTool made = ToolMethod.read(tool, method);
                                    requireNew(names, made.name(), "tools");
                                    return made;
                                }),
                        methods.each(Hook.class, HookMethod::read),
                        methods.each(Prompt.class, PromptMethod::read),
                        methods.each(
                                Handoff.class,
                                (handoff, method) -> {
                                    AgentHandoff made = HandoffMethod.read(handoff, method);
                                    requireNew(names, made.toolName(), "tools");
                                    return made;
                                }),
                        methods.each(
                                HttpEndpoint.class,
                                (endpoint, method) -> {
                                    AgentEndpoint made = EndpointMethod.read(endpoint, method);
                                    requireNew(paths, route(made), "endpoints");
                                    return made;
                                }),
                        skill instanceof ToolSource source ? List.of(source) : List.of(),
                        skill instanceof SkillLifecycle life ? List.of(life) : List.of(),
                        skill instanceof Offering offering ? List.of(offering) : List.of());
        if (skills.isEmpty()) {
            throw new IllegalArgumentException(
                    skill.getClass().getName()
                            + " is no skill: none of its methods has @Tool, @Hook, @Prompt,"
                            + " @Handoff or @HttpEndpoint");
        }
        return skills;
    }

    private static void requireNew(Set<String> names, String name, String kind) {
        if (!names.add(name)) {
            throw new IllegalArgumentException(
                    "two " + kind + " are called '" + name + "'; give one of them another name");
        }
    }

    /** Two templates that differ in the names of their variables only fit the same paths. */
    private static String route(AgentEndpoint endpoint) {
        return endpoint.method() + " " + endpoint.path().replaceAll("\\{[^/]*}", "{}");
    }
}
