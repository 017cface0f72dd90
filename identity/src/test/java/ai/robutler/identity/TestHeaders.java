package ai.robutler.identity;

import ai.robutler.core.Headers;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Headers of a request. */
final class TestHeaders {
    private TestHeaders() {}

    static Headers bearer(String secret) {
        return of("Authorization", "Bearer " + secret);
    }

    static Headers apiKey(String secret) {
        return of("X-API-Key", secret);
    }

    static Headers assertion(String token) {
        return of("X-Owner-Assertion", token);
    }

    /** Names and values in turn; a name may come more than once. */
    static Headers of(String... pairs) {
        var all = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < pairs.length; i += 2) {
            String value = pairs[i + 1];
            all.merge(
                    pairs[i],
                    List.of(value),
                    (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
        }
        Map<String, List<String>> fixed = Map.copyOf(all);
        return name ->
                fixed.entrySet().stream()
                        .filter(each -> each.getKey().equalsIgnoreCase(name))
                        .findFirst()
                        .map(Map.Entry::getValue)
                        .orElse(List.of());
    }
}
