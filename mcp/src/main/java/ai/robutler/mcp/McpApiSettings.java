package ai.robutler.mcp;

import ai.robutler.core.Scope;
import ai.robutler.core.Settings;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How agents are MCP servers.
 *
 * @param serve whether they are
 * @param publicUrl where clients find the server, "" where that is not known
 * @param origins whose web pages may call, beside the server's own
 * @param hosts the names that the server is known by, beside the public URL's
 * @param instructions who may read the agents' instructions as a prompt
 * @param sessions how many there may be, of all callers together
 * @param sessionsPerCaller how many of one known caller
 * @param anonymousSessions how many of all callers that nobody knows
 * @param sessionExpiry how long a session lives without use
 * @param calls how many calls may go on at once on one node
 * @param streams how many clients may listen for changes on one node
 */
public record McpApiSettings(
        boolean serve,
        String publicUrl,
        Set<String> origins,
        Set<String> hosts,
        Scope instructions,
        int sessions,
        int sessionsPerCaller,
        int anonymousSessions,
        Duration sessionExpiry,
        int calls,
        int streams) {
    private static final Pattern ORIGIN = Pattern.compile("https?://[a-z0-9.\\[\\]:-]+");
    private static final Pattern HOST = Pattern.compile("[a-z0-9.-]+|\\[[0-9a-f:.]+]");
    private static final int MANY = 1_000_000;

    public McpApiSettings {
        origins = Set.copyOf(origins);
        hosts = Set.copyOf(hosts);
    }

    /** Everything as it is by default. */
    public static McpApiSettings standard() {
        return read(Settings.empty(), "", Scope.ALL);
    }

    /**
     * Reads the section {@code mcp} of the configuration; what is wrong is noted as a problem.
     *
     * @param publicUrl of the server, "" where it has none
     * @param instructions who may read instructions where the section does not say
     */
    public static McpApiSettings read(Settings settings, String publicUrl, Scope instructions) {
        return new McpApiSettings(
                settings.flag("serve", true),
                publicUrl,
                texts(settings, "origins", ORIGIN, "must be like https://app.example.com"),
                texts(settings, "hosts", HOST, "must be names such as agents.example.com"),
                scope(settings, instructions),
                settings.integer("sessions", 10_000, 1, MANY),
                settings.integer("sessions-per-caller", 100, 1, MANY),
                settings.integer("anonymous-sessions", 1_000, 1, MANY),
                settings.duration("session-expiry", Duration.ofMinutes(30)),
                settings.integer("calls", 1_000, 1, MANY),
                settings.integer("streams", 1_000, 1, MANY));
    }

    private static Set<String> texts(
            Settings settings, String key, Pattern form, String otherwise) {
        List<String> texts =
                settings.texts(key).stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
        for (String text : texts) {
            if (!form.matcher(text).matches()) {
                settings.problem(key, otherwise + ", not '" + text + "'");
                return Set.of();
            }
        }
        return new HashSet<>(texts);
    }

    private static Scope scope(Settings settings, Scope fallback) {
        String name = settings.text("instructions", fallback.name());
        try {
            return new Scope(name);
        } catch (IllegalArgumentException e) {
            settings.problem("instructions", "must be a scope: all, user, owner or another name");
            return fallback;
        }
    }
}
