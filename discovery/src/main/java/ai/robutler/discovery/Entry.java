package ai.robutler.discovery;

import ai.robutler.core.Caller;
import ai.robutler.core.Scope;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * An agent that can be found.
 *
 * @param intents those of its file, or those that were published with its URL
 * @param published those that its owner added to its file's, until {@code publishedUntil}
 * @param priceNanoUsd the truth where it is of this platform, its owner's word otherwise
 * @param failures how often in a row it did not answer
 * @param expires when it is no longer listed, in milliseconds since 1970
 */
record Entry(
        String id,
        Kind kind,
        String owner,
        String name,
        String url,
        String description,
        List<String> intents,
        List<String> published,
        long publishedUntil,
        List<String> tags,
        Scope scope,
        OptionalLong priceNanoUsd,
        Health health,
        int failures,
        long since,
        long expires) {
    /** Whose server has it. */
    enum Kind {
        /** One of those on this database. */
        PLATFORM,
        /** A registered one. */
        REMOTE
    }

    Entry {
        intents = List.copyOf(intents);
        published = List.copyOf(published);
        tags = List.copyOf(tags);
    }

    /** Of an agent of this platform; the same on all nodes that have one URL. */
    static String platformId(String url) {
        return hash("platform\n" + url);
    }

    static String remoteId(String owner, String name) {
        return hash("remote\n" + name + "\n" + owner);
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that it can be asked to do, within the bound. */
    List<String> allIntents(long now) {
        if (published.isEmpty() || publishedUntil <= now) {
            return intents;
        }
        var all = new LinkedHashSet<>(intents);
        all.addAll(published);
        return all.stream().limit(Publication.MOST_INTENTS).toList();
    }

    boolean isRemote() {
        return kind == Kind.REMOTE;
    }

    boolean isListed(long now) {
        return expires > now;
    }

    /** Who may talk to it may find it. */
    boolean isVisible(Caller caller) {
        return scope.admits(caller, owner) || Scope.OWNER.admits(caller, owner);
    }

    /** Whether both say the same of the same agent, whatever its health. */
    boolean saysAs(Entry other) {
        return id.equals(other.id)
                && owner.equals(other.owner)
                && name.equals(other.name)
                && url.equals(other.url)
                && description.equals(other.description)
                && intents.equals(other.intents)
                && Set.copyOf(tags).equals(Set.copyOf(other.tags))
                && scope.equals(other.scope)
                && priceNanoUsd.equals(other.priceNanoUsd);
    }
}
