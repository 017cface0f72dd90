package ai.robutler.nli;

import ai.robutler.core.CallHeaders;
import ai.robutler.core.Headers;
import ai.robutler.core.InvalidRequestException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which agents called one another to get here, the first one first. A link is an agent's name and a
 * digest of its URL: it tells two agents of one name apart, and nobody where they are.
 *
 * <p>Whoever calls may have made it up. It is only ever a reason not to call.
 */
record Chain(List<String> links) {
    /** How many agents may have called one another. */
    static final int DEEPEST = 8;

    static final Chain NONE = new Chain(List.of());

    private static final Pattern LINK = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}~[0-9a-f]{16}");
    private static final int DIGEST_BYTES = 8;

    Chain {
        links = List.copyOf(links);
    }

    /**
     * The chain that came with a request.
     *
     * @throws InvalidRequestException if it is none, or longer than it may be
     */
    static Chain of(Optional<String> header) {
        if (header.isEmpty()) {
            return NONE;
        }
        List<String> links =
                List.of(header.get().split(",", DEEPEST + 2)).stream().map(String::strip).toList();
        if (links.size() > DEEPEST || !links.stream().allMatch(l -> LINK.matcher(l).matches())) {
            throw InvalidRequestException.of(
                    "call_chain_not_usable",
                    "",
                    "The header "
                            + CallHeaders.CHAIN
                            + " must be the names of at most "
                            + DEEPEST
                            + " agents with their digests, as agents send it.");
        }
        return new Chain(links);
    }

    static String link(String name, String url) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(url.getBytes(StandardCharsets.UTF_8));
            return name + "~" + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean has(String link) {
        return links.contains(link);
    }

    Chain with(List<String> more) {
        var longer = new ArrayList<>(links);
        longer.addAll(more);
        return new Chain(longer);
    }

    /** As it is sent. */
    String header() {
        return String.join(", ", links);
    }

    /** Only one header of the kind can be meant. */
    static Chain of(Headers headers) {
        List<String> all = headers.all(CallHeaders.CHAIN);
        return of(all.isEmpty() ? Optional.empty() : Optional.of(String.join(",", all)));
    }
}
