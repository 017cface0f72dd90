package ai.robutler.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a model or a caller should know of a parameter, or of a component of a record. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Param {

    /** The description. */
    String value() default "";

    /**
     * The value where none is given, as JSON (text may go without quotes). It makes it optional.
     */
    String defaultValue() default "";
}
