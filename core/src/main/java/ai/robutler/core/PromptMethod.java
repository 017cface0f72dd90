package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** Makes a prompt of a method with {@link Prompt}. */
final class PromptMethod {
    private PromptMethod() {}

    static AgentPrompt read(Prompt prompt, SkillMethod method) {
        int parameters = method.parameters().length;
        if (parameters > 1 || (parameters == 1 && method.type(0) != RunContext.class)) {
            throw new IllegalArgumentException("a prompt takes nothing, or one RunContext");
        }
        if (method.returnType() != String.class) {
            throw new IllegalArgumentException("a prompt returns a String");
        }
        return new AgentPrompt(
                prompt.priority(),
                new Scope(prompt.scope()),
                context -> {
                    var arguments = new @Nullable Object[parameters];
                    Arrays.fill(arguments, context);
                    return method.call(arguments) instanceof String text ? text : "";
                });
    }
}
