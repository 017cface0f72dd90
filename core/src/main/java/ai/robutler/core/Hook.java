package ai.robutler.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that sees, and may change or stop, what a run does. Its parameters, each optional, are
 * the event's object (see {@link HookEvent}) and the {@link RunContext}. A hook that throws stops
 * the run; throw {@link StoppedException} to choose the status and the words.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Hook {
    HookEvent value();

    /** Lower runs first. */
    int priority() default 50;

    /** For whose runs, see {@link Scope}. */
    String scope() default "all";
}
