package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Collects what an agent is made of. For one thread; {@link #build} may be called once. */
public final class AgentBuilder {
    /** Providers for agents that bring none: one set a program, from the environment. */
    private static final class Shared {
        static final Providers PROVIDERS = Providers.fromEnvironment();
    }

    final String name;
    String description = "";
    String instructions = "";
    String model = "";
    String owner = "";
    Scope scope = Scope.ALL;
    List<String> intents = List.of();
    Limits limits = Limits.DEFAULT;
    Optional<Thinking> thinking = Optional.empty();
    Continuations continuations = Continuations.inMemory();
    Optional<Billing> billing = Optional.empty();
    boolean ownKeys;
    private @Nullable Completer completer;
    private @Nullable Providers providers;
    private final List<Skills> skills = new ArrayList<>();

    AgentBuilder(String name) {
        this.name = Names.requireAgent(name);
    }

    /** What the agent is for, in a sentence, for those who choose among agents. */
    public AgentBuilder description(String description) {
        this.description = description;
        return this;
    }

    /** The system message. */
    public AgentBuilder instructions(String instructions) {
        this.instructions = instructions;
        return this;
    }

    /**
     * The model, {@code provider/model}; by default that of the first provider with a key in the
     * environment, or else {@code offline}.
     */
    public AgentBuilder model(String model) {
        this.model = ModelName.parse(model).toString();
        return this;
    }

    /** A model of your own, shown under this name. */
    public AgentBuilder model(String name, Completer completer) {
        this.model = ModelName.parse(name).toString();
        this.completer = completer;
        return this;
    }

    /**
     * Where models come from; by default the providers on the class path, set up by environment.
     */
    public AgentBuilder providers(Providers providers) {
        this.providers = providers;
        return this;
    }

    /**
     * Adds a skill: an object with annotated methods, shared by all runs.
     *
     * @throws IllegalArgumentException if a method cannot be what its annotation says
     */
    public AgentBuilder skill(Object skill) {
        return skill(Names.snakeCase(skill.getClass().getSimpleName()), skill);
    }

    /** Adds a skill that is shown under this name. */
    public AgentBuilder skill(String name, Object skill) {
        skills.add(SkillReader.read(name, skill));
        return this;
    }

    /** Adds a tool that is not a method. */
    public AgentBuilder tool(AgentTool tool) {
        skills.add(
                new Skills(List.of(), List.of(tool), List.of(), List.of(), List.of(), List.of()));
        return this;
    }

    /** Lets the model hand the conversation over to another agent, by {@code use_NAME}. */
    public AgentBuilder handoff(Agent agent) {
        return handoff(agent.name(), agent.description(), () -> Optional.of(agent));
    }

    /**
     * Lets the model hand over to an agent that is looked up when it is needed; it is not offered
     * while there is none.
     */
    public AgentBuilder handoff(String name, String description, Supplier<Optional<Agent>> agent) {
        var handoff =
                new AgentHandoff(
                        name,
                        "Hand the conversation over to the agent "
                                + name
                                + (description.isBlank() ? "." : ": " + description),
                        Scope.ALL,
                        new AgentHandoff.Target.Other(agent));
        skills.add(
                new Skills(
                        List.of(), List.of(), List.of(), List.of(), List.of(handoff), List.of()));
        return this;
    }

    /**
     * Lets the model hand over to an agent that runs elsewhere; its answer becomes this agent's.
     *
     * @param name the name after {@code use_}
     * @param description when to hand over, for the model
     * @param agent makes one for each handover, within the run that hands over
     */
    public AgentBuilder remoteHandoff(String name, String description, Supplier<OtherAgent> agent) {
        var handoff =
                new AgentHandoff(
                        name, description, Scope.ALL, new AgentHandoff.Target.Remote(agent));
        skills.add(
                new Skills(
                        List.of(), List.of(), List.of(), List.of(), List.of(handoff), List.of()));
        return this;
    }

    /** Who may talk to the agent; everybody by default. */
    public AgentBuilder scope(Scope scope) {
        this.scope = scope;
        return this;
    }

    /** The user who owns the agent. */
    public AgentBuilder owner(String owner) {
        this.owner = owner;
        return this;
    }

    /** What others may look for when they need this agent. */
    public AgentBuilder intents(List<String> intents) {
        this.intents = List.copyOf(intents);
        return this;
    }

    public AgentBuilder limits(Limits limits) {
        this.limits = limits;
        return this;
    }

    /** How much the model thinks, where a request says nothing about it. */
    public AgentBuilder thinking(Thinking thinking) {
        this.thinking = Optional.of(thinking);
        return this;
    }

    /** Where the hidden part of mixed turns is kept; in memory, bounded, by default. */
    public AgentBuilder continuations(Continuations continuations) {
        this.continuations = continuations;
        return this;
    }

    /** How its runs are paid for; they are free by default. */
    public AgentBuilder billing(Billing billing) {
        this.billing = Optional.of(billing);
        return this;
    }

    /**
     * Whether callers may bring a key of their own for the model's provider ({@code X-Provider-Key:
     * openai=sk-…}), which then charges them; not by default.
     */
    public AgentBuilder ownKeys(boolean allowed) {
        this.ownKeys = allowed;
        return this;
    }

    /**
     * @throws IllegalArgumentException if the model's provider is not known, two tools have the
     *     same name, or cost is limited and the model has no known price ({@link
     *     UnknownPriceException}); the message says what to change
     */
    public Agent build() {
        Skills all = Skills.join(skills);
        Completer completes = completer;
        Function<String, Optional<Completer>> withOwnKey = _ -> Optional.empty();
        if (completes == null) {
            Providers from = providers != null ? providers : Shared.PROVIDERS;
            ModelName chosen = model.isEmpty() ? defaultModel(from) : ModelName.parse(model);
            model = chosen.toString();
            completes = from.model(chosen);
            withOwnKey = key -> from.model(chosen, key);
        }
        if (limits.costNanoUsd().isPresent() && !completes.isPriced()) {
            throw new UnknownPriceException(name, model);
        }
        return new Agent(this, completes, withOwnKey, all);
    }

    private ModelName defaultModel(Providers from) {
        return from.defaultModel()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "agent '"
                                                + name
                                                + "' names no model, and no provider has a default;"
                                                + " name one, such as openai/gpt-4o-mini"));
    }
}
