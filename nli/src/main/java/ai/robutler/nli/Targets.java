package ai.robutler.nli;

import ai.robutler.core.Agent;
import ai.robutler.core.Directory;
import ai.robutler.core.DirectoryEntry;
import ai.robutler.core.Names;
import ai.robutler.core.Spelling;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds whom a caller means: a name here, {@code @owner.name}, or a URL. */
final class Targets {
    private static final int LONGEST = 2_048;
    private static final Pattern URL =
            Pattern.compile("(?i)(https?)://([^/?#\\\\@\\s]+)((?:/[^?#\\\\\\s]*)?)");

    /** What may stand behind an agent's own path in the URLs by which people know it. */
    private static final Pattern BEHIND =
            Pattern.compile(
                    "(/v1)?/chat/completions|/v1|/a2a(/v1)?|/\\.well-known/agent-card\\.json|/+");

    private final Here here;
    private final Directory directory;
    private final List<String> trusted;

    Targets(Here here, Directory directory, List<String> trusted) {
        this.here = here;
        this.directory = directory;
        this.trusted = trusted;
    }

    /**
     * The agent that the text means.
     *
     * @throws NliException if there is none
     */
    Target find(String text) {
        String meant = text.strip();
        if (meant.isEmpty() || meant.length() > LONGEST) {
            throw notFound("Name an agent: a name here, @owner.name, or a URL.");
        }
        if (meant.startsWith("@")) {
            return listed(meant);
        }
        return meant.contains("://") ? web(meant) : here(meant);
    }

    private Target here(String name) {
        return here.find(name)
                .map(agent -> here(name, agent))
                .orElseThrow(
                        () ->
                                notFound(
                                        "There is no agent '%s' here%s"
                                                .formatted(name, guess(name))));
    }

    private String guess(String name) {
        return Spelling.nearest(name, here.names())
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse(".")
                + " Others are called as @owner.name, or by their URL.";
    }

    private Target here(String shown, Agent agent) {
        return new Target(
                shown,
                agent.name(),
                agent.owner(),
                here.url() + "/" + agent.name(),
                Target.Place.HERE,
                true);
    }

    private Target listed(String handle) {
        String names = handle.substring(1);
        for (int dot = names.indexOf('.'); dot >= 0; dot = names.indexOf('.', dot + 1)) {
            Optional<Target> found =
                    listed(handle, names.substring(0, dot), names.substring(dot + 1));
            if (found.isPresent()) {
                return found.get();
            }
        }
        return listed(handle, "", names)
                .orElseThrow(
                        () ->
                                notFound(
                                        "Nobody in the directory is called '"
                                                + handle
                                                + "'. Agents there are written @owner.name."));
    }

    private Optional<Target> listed(String handle, String owner, String name) {
        if (!isName(name)) {
            return Optional.empty();
        }
        return directory.find(owner, name).map(entry -> listed(handle, entry));
    }

    private Target listed(String handle, DirectoryEntry entry) {
        Optional<Agent> agent = entry.local() ? here.find(entry.agent()) : Optional.empty();
        if (agent.isPresent()) {
            return here(handle, agent.get());
        }
        Target web = web(entry.url());
        return web.place() == Target.Place.HERE
                ? web
                : new Target(
                        handle,
                        entry.agent(),
                        entry.owner(),
                        web.url(),
                        Target.Place.LISTED,
                        web.trusted());
    }

    private Target web(String text) {
        Matcher matcher = URL.matcher(text);
        if (!matcher.matches()) {
            throw notFound(
                    "An agent's URL is like https://host/name, without a query or a user name.");
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        String host = matcher.group(2).toLowerCase(Locale.ROOT);
        host = host.replaceFirst(scheme.equals("https") ? ":443$" : ":80$", "");
        String origin = scheme + "://" + host;
        String url = origin + withoutBehind(matcher.group(3));
        for (String own : List.of(here.url(), here.publicUrl())) {
            if (!own.isEmpty() && url.startsWith(own + "/")) {
                Optional<Agent> agent = here.find(url.substring(own.length() + 1));
                if (agent.isPresent()) {
                    return here(text, agent.get());
                }
            }
        }
        return new Target(text, name(url), "", url, Target.Place.WEB, trusted.contains(origin));
    }

    private static String withoutBehind(String path) {
        String left = path;
        for (Matcher matcher = BEHIND.matcher(left); ; matcher = BEHIND.matcher(left)) {
            int from = -1;
            while (from < 0 && matcher.find()) {
                from = matcher.end() == left.length() ? matcher.start() : -1;
            }
            if (from < 0) {
                return left;
            }
            left = left.substring(0, from);
        }
    }

    /** The last segment of a path is how agents are called; a URL without one is some agent's. */
    private static String name(String url) {
        String last = url.substring(url.lastIndexOf('/') + 1);
        return isName(last) && url.indexOf('/', 8) > 0 ? last : "agent";
    }

    private static boolean isName(String name) {
        try {
            return !Names.requireAgent(name).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** How the target stands in a chain: the same however it was named. */
    String link(Target target) {
        return target.place() == Target.Place.HERE
                ? ownLink(target.name())
                : Chain.link(target.name(), target.url());
    }

    /** How an agent of this server stands in a chain. */
    String ownLink(String name) {
        return Chain.link(name, here.publicUrl() + "/" + name);
    }

    private static NliException notFound(String message) {
        return new NliException(NliException.Kind.NOT_FOUND, message);
    }
}
