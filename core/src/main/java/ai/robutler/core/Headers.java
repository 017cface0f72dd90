package ai.robutler.core;

import java.util.List;
import java.util.Optional;

/** The headers of a request. Thread-safe; good as long as the request is. */
@FunctionalInterface
public interface Headers {
    /** Of a call that did not come over HTTP. */
    Headers NONE = _ -> List.of();

    /** All values of a header, in their order; the name's case does not matter. */
    List<String> all(String name);

    /** The first value of a header. */
    default Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }
}
