package ai.robutler.core;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What agents and tools may be called. */
public final class Names {
    private static final Pattern AGENT = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern TOOL = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    /** The first segments of the server's own paths: no agent can be called so. */
    public static final Set<String> RESERVED =
            Set.of("agents", "api", "docs", "health", "metrics", "ui", "v1", ".well-known");

    private Names() {}

    /**
     * @return the name itself
     * @throws IllegalArgumentException if no agent can have it; the message says why
     */
    public static String requireAgent(String name) {
        if (!AGENT.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "an agent's name must match " + AGENT.pattern() + ", '" + name + "' does not");
        }
        if (RESERVED.contains(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is a path of the server; give the agent another name");
        }
        return name;
    }

    /**
     * @return the name itself
     * @throws IllegalArgumentException if no tool can have it
     */
    public static String requireTool(String name) {
        if (!TOOL.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a tool's name must match " + TOOL.pattern() + ", '" + name + "' does not");
        }
        return name;
    }

    /** A Java name as models know names: {@code currentWeather} becomes {@code current_weather}. */
    static String snakeCase(String javaName) {
        return HUMP.matcher(javaName).replaceAll("_").toLowerCase(Locale.ROOT);
    }
}
