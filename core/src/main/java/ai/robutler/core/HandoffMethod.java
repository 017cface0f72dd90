package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Makes a handoff of a method with {@link Handoff}. */
final class HandoffMethod {
    private static final List<Class<?>> ANSWERS =
            List.of(ChatCompletion.class, ChatStream.class, String.class);

    private HandoffMethod() {}

    static AgentHandoff read(Handoff handoff, SkillMethod method) {
        if (handoff.description().isBlank()) {
            throw new IllegalArgumentException("its description is empty; say when to hand over");
        }
        return new AgentHandoff(
                method.nameOr(handoff.name()),
                handoff.description(),
                new Scope(handoff.scope()),
                new AgentHandoff.Target.Local(completer(method)));
    }

    private static Completer completer(SkillMethod method) {
        int parameters = method.parameters().length;
        if (parameters == 0 && Completer.class.isAssignableFrom(method.returnType())) {
            return made(method);
        }
        int requests = 0;
        int contexts = 0;
        for (int i = 0; i < parameters; i++) {
            requests += method.type(i) == ChatRequest.class ? 1 : 0;
            contexts += method.type(i) == RunContext.class ? 1 : 0;
        }
        boolean takes = requests == 1 && contexts <= 1 && requests + contexts == parameters;
        if (!takes || !ANSWERS.contains(method.returnType())) {
            throw new IllegalArgumentException(
                    "a handoff takes a ChatRequest, and a RunContext if it likes, and returns a"
                            + " ChatCompletion, a ChatStream or a String; or it takes nothing and"
                            + " returns a Completer");
        }
        return new MethodCompleter(request -> method.call(arguments(method, request)));
    }

    private static @Nullable Object[] arguments(SkillMethod method, ChatRequest request) {
        var arguments = new @Nullable Object[method.parameters().length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = method.type(i) == RunContext.class ? RunContext.current() : request;
        }
        return arguments;
    }

    private static Completer made(SkillMethod method) {
        try {
            if (method.call(new @Nullable Object[0]) instanceof Completer completer) {
                return completer;
            }
        } catch (Exception e) {
            throw new IllegalArgumentException("it made no completer: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("it made no completer: it returned null");
    }
}
