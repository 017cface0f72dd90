package ai.robutler.testkit;

import java.util.Objects;

/**
 * A tool call that the scripted model makes.
 *
 * @param id the call's id, which the tool message must name; may be empty, as with some providers
 * @param name the tool's name
 * @param arguments the arguments as the model wrote them, sent as they are: usually JSON, but any
 *     text is allowed
 */
public record Call(String id, String name, String arguments) {

    /** Refuses null. */
    public Call {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(arguments, "arguments");
    }

    /** A call with a random id in OpenAI's form. */
    public static Call of(String name, String arguments) {
        return new Call(Ids.call(), name, arguments);
    }

    /** A call with an id of your own. */
    public static Call of(String id, String name, String arguments) {
        return new Call(id, name, arguments);
    }
}
