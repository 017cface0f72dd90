package ai.robutler.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a call of a {@link Tool} costs its caller where the agent is paid for. The owner gets it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Price {

    /** US dollars in decimals, such as {@code 0.002}, of nine places at most. */
    String usd();

    /** Whether a call that fails costs the same. */
    boolean onFailure() default false;

    /** Whether the result says what it costs, see {@link Priced}; {@link #usd} is the most then. */
    boolean byResult() default false;
}
