package ai.robutler.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that completes the conversation in the model's place once the model calls {@code
 * use_NAME}. It takes a {@link ChatRequest} (and a {@link RunContext}) and returns a {@link
 * ChatCompletion}, a {@link ChatStream} or a text; or it takes nothing and returns a {@link
 * Completer}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Handoff {

    /** The name after {@code use_}; the method's, in snake_case, by default. */
    String name() default "";

    /** When to hand over, for the model. */
    String description();

    /** Whose runs may be handed over, see {@link Scope}. */
    String scope() default "all";
}
