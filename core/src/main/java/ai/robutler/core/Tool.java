package ai.robutler.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that the model can call. Its parameters become the JSON Schema of the tool's arguments
 * (names kept by {@code -parameters}); a {@link RunContext} parameter is filled in and not shown.
 * What it returns goes to the model: text as it is, anything else as JSON. What it throws goes to
 * the model as an error.
 *
 * <p>Calls of one turn run in parallel, each on a virtual thread of its own; at the time-out the
 * thread is interrupted.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Tool {

    /**
     * The tool's name, 1 to 64 of {@code a-z A-Z 0-9 _ -}; the method's, in snake_case, by default.
     */
    String name() default "";

    /** What the tool does and when to use it, for the model. */
    String description();

    /** Who may use it, see {@link Scope}. */
    String scope() default "all";

    /** How long one call may take, in seconds. */
    int timeoutSeconds() default 60;
}
