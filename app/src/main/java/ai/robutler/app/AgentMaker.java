package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.core.AgentBuilder;
import ai.robutler.core.Continuations;
import ai.robutler.core.ModelName;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;
import ai.robutler.core.Spelling;
import ai.robutler.core.UnknownPriceException;
import ai.robutler.nli.Nli;
import ai.robutler.payments.Bills;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes agents from what their files say.
 *
 * @param model the model of agents that name none, {@code provider/model}; "" for the providers'
 *     own choice
 * @param continuations one for all: a changed file makes no agent forget its conversations
 * @param bills how agents with a price are paid; empty where nobody pays
 * @param nli calls agents elsewhere
 */
record AgentMaker(
        Providers providers,
        SkillSet skills,
        String model,
        Continuations continuations,
        Optional<Bills> bills,
        Nli nli,
        Environment environment) {

    /**
     * The agent; empty where it has problems, all of which are among the findings.
     *
     * @param descriptions of all agents by name, for handoffs
     * @param others finds an agent when it is needed
     */
    Optional<Agent> make(
            AgentSpec spec,
            Map<String, String> descriptions,
            Function<String, Optional<Agent>> others,
            Findings findings) {
        var mine = new Findings();
        AgentBuilder builder =
                Agent.builder(spec.name())
                        .description(spec.description())
                        .instructions(spec.instructions())
                        .owner(spec.owner())
                        .scope(spec.scope())
                        .intents(spec.intents())
                        .limits(spec.limits())
                        .continuations(continuations)
                        .providers(providers);
        spec.thinking().ifPresent(builder::thinking);
        spec.price()
                .ifPresentOrElse(
                        price -> {
                            builder.ownKeys(price.ownKeys());
                            bills.ifPresent(payable -> builder.billing(payable.of(price)));
                        },
                        () ->
                                bills.filter(_ -> callsOthers(spec))
                                        .map(Bills::passing)
                                        .ifPresent(builder::billing));
        model(spec, builder, mine);
        spec.skills().forEach(name -> skill(spec, name, builder, mine));
        for (int i = 0; i < spec.handoffs().size(); i++) {
            handoff(spec, i, builder, descriptions, others, mine);
        }
        Optional<Agent> agent =
                mine.isClean() && spec.isSound() ? build(builder, spec, mine) : Optional.empty();
        findings.addAll(mine);
        return agent;
    }

    private static boolean callsOthers(AgentSpec spec) {
        return spec.skills().contains("nli")
                || spec.handoffs().stream().anyMatch(AgentMaker::isElsewhere);
    }

    private static boolean isElsewhere(String handoff) {
        return handoff.startsWith("@") || handoff.contains("://");
    }

    private void model(AgentSpec spec, AgentBuilder builder, Findings mine) {
        String chosen = spec.model().isEmpty() ? model : spec.model();
        if (chosen.isEmpty()) {
            return;
        }
        try {
            providers.model(ModelName.parse(chosen));
            builder.model(chosen);
        } catch (IllegalArgumentException e) {
            mine.problem(spec.yaml().at("/model", text(e)));
        }
    }

    private void skill(AgentSpec spec, String name, AgentBuilder builder, Findings mine) {
        String pointer = "/skills" + YamlTree.segment(name);
        Optional<SkillFactory> factory = skills.factory(name);
        if (factory.isEmpty()) {
            mine.problem(
                    spec.yaml()
                            .at(
                                    pointer,
                                    "unknown skill '" + name + "'" + known(name, skills.names())));
            return;
        }
        Settings settings = spec.yaml().settings(pointer, environment);
        try {
            Object skill = factory.get().create(settings);
            var wrong = settings.problems();
            if (wrong.isEmpty()) {
                builder.skill(name, skill);
            } else {
                spec.yaml().report(settings, pointer, mine);
            }
        } catch (RuntimeException e) {
            // Code of others: what it throws is a problem of this agent, not of the program.
            mine.problem(spec.yaml().at(pointer, "the skill '" + name + "' failed: " + text(e)));
        }
    }

    private void handoff(
            AgentSpec spec,
            int index,
            AgentBuilder builder,
            Map<String, String> descriptions,
            Function<String, Optional<Agent>> others,
            Findings mine) {
        String name = spec.handoffs().get(index);
        String description = descriptions.get(name);
        String pointer = "/handoffs/" + index;
        if (isElsewhere(name)) {
            remote(spec, name, pointer, builder, mine);
            return;
        }
        if (description == null) {
            String message = "no agent '" + name + "' to hand over to";
            mine.problem(spec.yaml().at(pointer, message + known(name, descriptions.keySet())));
            return;
        }
        try {
            builder.handoff(name, description, () -> others.apply(name));
        } catch (IllegalArgumentException e) {
            mine.problem(spec.yaml().at(pointer, text(e)));
        }
    }

    private void remote(
            AgentSpec spec, String agent, String pointer, AgentBuilder builder, Findings mine) {
        String path = agent.startsWith("@") ? agent.substring(1) : agent.replaceAll("/+$", "");
        String name = path.substring(path.lastIndexOf('/') + 1);
        try {
            builder.remoteHandoff(
                    name.replaceAll("[^A-Za-z0-9_-]+", "_"),
                    "Hand the conversation over to the agent " + agent + ", which runs elsewhere.",
                    () -> nli.handoff(agent));
        } catch (IllegalArgumentException e) {
            mine.problem(spec.yaml().at(pointer, text(e)));
        }
    }

    private static Optional<Agent> build(AgentBuilder builder, AgentSpec spec, Findings mine) {
        try {
            return Optional.of(builder.build());
        } catch (UnknownPriceException e) {
            mine.problem(spec.yaml().at("/limits/cost-usd", text(e)));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            mine.problem(spec.yaml().at("", text(e)));
            return Optional.empty();
        }
    }

    static String known(String name, Collection<String> known) {
        String guess =
                Spelling.nearest(name, known)
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("");
        return guess
                + (known.isEmpty()
                        ? " (there are none)"
                        : " (known: " + String.join(", ", known) + ")");
    }

    private static String text(RuntimeException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
