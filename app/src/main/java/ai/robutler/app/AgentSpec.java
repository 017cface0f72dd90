package ai.robutler.app;

import ai.robutler.core.Limits;
import ai.robutler.core.Scope;
import ai.robutler.core.Thinking;
import ai.robutler.payments.AgentPrice;

import java.util.List;
import java.util.Optional;

/**
 * An agent as its file describes it, checked as far as the file alone allows.
 *
 * @param model "" where the file names none
 * @param skills in the file's order
 * @param handoffs names of agents that may be loaded or not
 * @param yaml the front matter, for the settings of skills and for lines
 * @param isSound whether nothing is wrong with it; if something is, no agent is made of it
 */
record AgentSpec(
        String name,
        String description,
        String instructions,
        String model,
        List<String> skills,
        List<String> handoffs,
        String owner,
        Scope scope,
        List<String> intents,
        Limits limits,
        Optional<Thinking> thinking,
        Optional<AgentPrice> price,
        YamlTree yaml,
        boolean isSound) {
    AgentSpec {
        skills = List.copyOf(skills);
        handoffs = List.copyOf(handoffs);
        intents = List.copyOf(intents);
    }

    AgentSpec unsound() {
        return new AgentSpec(
                name,
                description,
                instructions,
                model,
                skills,
                handoffs,
                owner,
                scope,
                intents,
                limits,
                thinking,
                price,
                yaml,
                false);
    }
}
