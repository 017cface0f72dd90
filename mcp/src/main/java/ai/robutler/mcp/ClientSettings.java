package ai.robutler.mcp;

import ai.robutler.core.Settings;
import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.Verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A server as it is configured.
 *
 * @param name stands before the names of its tools
 * @param revision the one to speak; empty to find out
 * @param filter for all agents that use it
 * @param timeout for one call
 * @param connect until it has told its tools
 * @param outputLimit how many characters of a result a model is shown
 * @param concurrency how many calls may be under way at once; further ones wait
 */
record ClientSettings(
        String name,
        ClientEndpoint endpoint,
        Optional<Revision> revision,
        ClientFilter filter,
        Duration timeout,
        Duration connect,
        int outputLimit,
        int concurrency) {
    private static final String NAME = "[a-zA-Z0-9][a-zA-Z0-9_-]{0,31}";
    private static final Duration CALL = Duration.ofSeconds(60);
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int OUTPUT = 100_000;
    private static final int MOST_OUTPUT = 10_000_000;
    private static final int CALLS = 8;
    private static final int MOST_CALLS = 1_000;

    /**
     * Reads the servers below a section, each by its name. What is wrong is noted as a problem, and
     * the server left out.
     */
    static Map<String, ClientSettings> readAll(Settings servers) {
        var all = new TreeMap<String, ClientSettings>();
        for (String name : servers.keys()) {
            if (!name.matches(NAME)) {
                servers.problem(
                        name,
                        "is no name for a server: letters, digits, - and _, at most 32 characters");
            }
            Settings server = servers.section(name);
            endpoint(server).ifPresent(endpoint -> all.put(name, read(name, endpoint, server)));
        }
        return all;
    }

    private static ClientSettings read(String name, ClientEndpoint endpoint, Settings settings) {
        return new ClientSettings(
                name,
                endpoint,
                revision(settings),
                ClientFilter.read(settings),
                duration(settings, "timeout", CALL),
                duration(settings, "connect", CONNECT),
                settings.integer("output-limit", OUTPUT, 100, MOST_OUTPUT),
                settings.integer("concurrency", CALLS, 1, MOST_CALLS));
    }

    private static Duration duration(Settings settings, String key, Duration fallback) {
        Duration value = settings.duration(key, fallback);
        if (!value.isPositive() || value.compareTo(LONGEST) > 0) {
            settings.problem(key, "must be longer than nothing and at most 1h");
            return fallback;
        }
        return value;
    }

    private static Optional<Revision> revision(Settings settings) {
        String date = settings.text("protocol", "auto");
        Optional<Revision> revision = Revision.of(date);
        if (!date.equals("auto") && revision.isEmpty()) {
            var known = new ArrayList<String>();
            for (Revision each : Revision.values()) {
                known.add(each.date());
            }
            settings.problem("protocol", "must be auto or a revision: " + String.join(", ", known));
        }
        return revision;
    }

    private static Optional<ClientEndpoint> endpoint(Settings settings) {
        List<String> command = settings.texts("command");
        String url = settings.text("url", "");
        if (command.isEmpty() == url.isEmpty()) {
            settings.problem(
                    command.isEmpty() ? "command" : "url",
                    command.isEmpty()
                            ? "is missing: a server has a command (to start it) or a url"
                            : "cannot stand beside command: a server has one of them");
            // All keys are known by now, so that only the mistake is told.
            ClientEndpoint _ = remote(settings, "http://localhost");
            ClientEndpoint wrong = command(settings, List.of("none"));
            ClientSettings _ = read("wrong", wrong, settings);
            return Optional.empty();
        }
        return Optional.of(url.isEmpty() ? command(settings, command) : remote(settings, url));
    }

    private static ClientEndpoint command(Settings settings, List<String> command) {
        return new ClientEndpoint.Command(
                command, texts(settings.section("env")), settings.text("folder", ""));
    }

    private static ClientEndpoint remote(Settings settings, String url) {
        // Where it leads is judged when it is called: what may be called is configured elsewhere.
        if (AddressPolicy.publicOnly().check(url) instanceof Verdict.Refused refused
                && switch (refused.reason()) {
                    case MALFORMED, SCHEME, CREDENTIALS, FRAGMENT, HOST, NUMERIC_HOST, ZONE -> true;
                    default -> false;
                }) {
            settings.problem("url", "is wrong: " + refused.safeMessage());
        }
        Settings section = settings.section("headers");
        Map<String, String> headers = texts(section);
        headers.forEach(
                (name, value) -> {
                    if (!name.matches("[A-Za-z0-9-]+") || !value.matches("[\\t -~]*")) {
                        section.problem(name, "cannot stand in a header");
                    }
                });
        return new ClientEndpoint.Url(
                url, http(settings), headers, auth(settings), userToken(settings));
    }

    private static ClientEndpoint.Http http(Settings settings) {
        String named = settings.text("transport", "auto");
        return switch (named) {
            case "auto" -> ClientEndpoint.Http.AUTO;
            case "http" -> ClientEndpoint.Http.STREAMABLE;
            case "sse" -> ClientEndpoint.Http.SSE;
            default -> {
                settings.problem("transport", "must be auto, http or sse");
                yield ClientEndpoint.Http.AUTO;
            }
        };
    }

    private static Optional<ClientCredentials> auth(Settings settings) {
        if (settings.value("auth").isMissingNode()) {
            return Optional.empty();
        }
        Settings auth = settings.section("auth");
        var credentials =
                new ClientCredentials(
                        auth.text("client-id", ""),
                        auth.text("client-secret", ""),
                        auth.text("token-url", ""),
                        auth.text("issuer", ""),
                        auth.text("scope", ""));
        for (String key : List.of("client-id", "client-secret")) {
            if (auth.text(key, "").isEmpty()) {
                auth.problem(key, "is missing: the server's issuer of tokens gives it");
            }
        }
        return Optional.of(credentials);
    }

    private static String userToken(Settings settings) {
        String header = settings.text("user-token", "");
        if (!header.isEmpty() && !header.matches("[Xx]-[A-Za-z0-9-]{1,60}")) {
            settings.problem(
                    "user-token",
                    "must be a header of requests in which users bring their tokens, such as"
                            + " X-Github-Token");
        }
        return header;
    }

    private static Map<String, String> texts(Settings section) {
        var texts = new TreeMap<String, String>();
        for (String key : section.keys()) {
            texts.put(key, section.text(key, ""));
        }
        return texts;
    }
}
