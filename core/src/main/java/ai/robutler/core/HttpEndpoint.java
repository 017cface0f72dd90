package ai.robutler.core;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method served over HTTP below the agent's own path. Its arguments are bound by name: path
 * variables first, then query parameters, then the properties of a JSON body; a parameter marked
 * {@link Body} takes the whole body. What it returns is the answer: text as {@code text/plain},
 * nothing as 204, an {@link EndpointReply} as it says, anything else as JSON.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface HttpEndpoint {

    /** The path below the agent's, such as {@code /reports/{id}}. */
    String path();

    /** GET, POST, PUT, PATCH or DELETE. */
    String method() default "GET";

    /** Who may call it, see {@link Scope}. */
    String scope() default "all";

    /**
     * Whether credentials reach it that are {@linkplain Credential#toPublish good for publishing
     * alone}, and so for no agent. It has to look what they publish.
     */
    boolean publishing() default false;

    /**
     * Whether it answers callers without credentials even where a server wants to know everybody.
     * An agent that is not for everybody does not show it to them all the same.
     */
    boolean open() default false;

    /** What it is for, shown where the agent is described. */
    String description() default "";

    /**
     * The parameter that takes the whole JSON body; one of type {@code byte[]} takes the body as it
     * came, of whatever media type.
     */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    @interface Body {}
}
