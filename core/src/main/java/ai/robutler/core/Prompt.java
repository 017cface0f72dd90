package ai.robutler.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method whose text joins the agent's instructions, asked before each model call. It takes
 * nothing or the {@link RunContext}; empty text adds nothing.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Prompt {

    /** Lower comes first. */
    int priority() default 50;

    /** For whose runs, see {@link Scope}. */
    String scope() default "all";
}
