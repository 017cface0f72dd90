package ai.robutler.core;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The headers of a request. Thread-safe; good as long as the request is. */
@FunctionalInterface
public interface Headers {
    /** Of a call that did not come over HTTP. */
    Headers NONE = _ -> List.of();

    /** All values of a header, in their order; the name's case does not matter. */
    List<String> all(String name);

    /** These of the headers as they are now, to keep when the request is over. */
    default Headers kept(Set<String> names) {
        var kept = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        names.forEach(name -> kept.put(name, List.copyOf(all(name))));
        return name -> kept.getOrDefault(name, List.of());
    }

    /** The first value of a header. */
    default Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }
}
