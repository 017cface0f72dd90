package greeter;

import ai.robutler.core.Param;
import ai.robutler.core.Tool;

/** Brings one tool. It serves many runs at once, so it keeps nothing that changes. */
public final class GreetingSkill {
    private final String word;

    public GreetingSkill(String word) {
        this.word = word;
    }

    @Tool(description = "Greets a person by name.")
    public String greet(@Param("The person's name") String name) {
        return word + ", " + name + "!";
    }
}
