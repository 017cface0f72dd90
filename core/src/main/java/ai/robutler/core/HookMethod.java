package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;

/** Makes a hook of a method with {@link Hook}. */
final class HookMethod {
    private HookMethod() {}

    static AgentHook read(Hook hook, SkillMethod method) {
        requireParameters(hook.value(), method);
        if (method.returnType() != void.class) {
            throw new IllegalArgumentException(
                    "a hook returns nothing; it replaces what it sees through its argument");
        }
        return new AgentHook(
                hook.value(),
                hook.priority(),
                new Scope(hook.scope()),
                (call, context) -> method.call(arguments(method, call, context)));
    }

    private static @Nullable Object[] arguments(
            SkillMethod method, HookCall call, RunContext context) {
        var arguments = new @Nullable Object[method.parameters().length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = method.type(i) == RunContext.class ? context : call;
        }
        return arguments;
    }

    private static void requireParameters(HookEvent event, SkillMethod method) {
        var seen = new HashSet<Class<?>>();
        for (int i = 0; i < method.parameters().length; i++) {
            Class<?> type = method.type(i);
            boolean known =
                    type == RunContext.class || type == HookCall.class || type == event.call();
            if (!known || !seen.add(type == RunContext.class ? type : HookCall.class)) {
                throw new IllegalArgumentException(
                        "parameter '"
                                + method.parameters()[i].getName()
                                + "' does not fit: a hook of "
                                + event
                                + " may take one HookCall."
                                + event.call().getSimpleName()
                                + " and one RunContext");
            }
        }
    }
}
