package ai.robutler.app;

import ai.robutler.core.ModelName;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A setting of {@code serve} that can come from four places: the option, then the config file, then
 * the environment, then the default.
 *
 * @param flag on the command line
 * @param path in {@code robutler.yaml}, {@code section.key}
 * @param placeholder for the value in the help; "" for a flag without one
 * @param fallback the default, as somebody would write it
 * @param parser gives the value, or throws with a message such as "must be a port"
 */
record Option<T>(
        String flag,
        String path,
        String placeholder,
        String fallback,
        String help,
        Parser<T> parser) {
    private static final Pattern SEGMENTS = Pattern.compile("(/[A-Za-z0-9._~-]+)*");
    private static final Pattern DATABASE = Pattern.compile("(jdbc:(sqlite|postgresql):.+)?");

    static final Option<String> HOST =
            new Option<>(
                    "--host",
                    "server.host",
                    "ADDRESS",
                    "127.0.0.1",
                    "The address to listen on.",
                    Option::present);
    static final Option<Integer> PORT =
            new Option<>(
                    "--port",
                    "server.port",
                    "PORT",
                    "8000",
                    "The port to listen on; 0: any free one, printed.",
                    Option::port);
    static final Option<String> MODEL =
            new Option<>(
                    "--model",
                    "server.model",
                    "MODEL",
                    "",
                    "The model of agents that name none, provider/model.",
                    Option::model);
    static final Option<Path> DATA =
            new Option<>(
                    "--data",
                    "server.data",
                    "DIR",
                    ".robutler",
                    "The folder for what is kept.",
                    Option::folder);
    static final Option<String> DATABASE_URL =
            new Option<>(
                    "--database",
                    "server.database",
                    "JDBC_URL",
                    "",
                    "The database; SQLite in the data folder where none is given.",
                    Option::database);
    static final Option<String> URL_PREFIX =
            new Option<>(
                    "--url-prefix",
                    "server.url-prefix",
                    "PREFIX",
                    "",
                    "The path before all agent routes.",
                    Option::prefix);
    static final Option<Boolean> INSECURE_NO_AUTH =
            new Option<>(
                    "--insecure-no-auth",
                    "server.insecure-no-auth",
                    "",
                    "false",
                    "Listen beyond this machine although nothing checks who calls.",
                    Option::yesOrNo);

    static final List<Option<?>> ALL =
            List.of(HOST, PORT, MODEL, DATA, DATABASE_URL, URL_PREFIX, INSECURE_NO_AUTH);

    /** From text to a value. */
    interface Parser<T> {

        /**
         * @throws IllegalArgumentException if the text means no such value
         */
        T parse(String text);
    }

    String variable() {
        return "ROBUTLER_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    String section() {
        return path.substring(0, path.indexOf('.'));
    }

    String key() {
        return path.substring(path.indexOf('.') + 1);
    }

    private static String present(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("must be an address such as 127.0.0.1");
        }
        return text;
    }

    private static int port(String text) {
        if (text.matches("\\d{1,5}") && Integer.parseInt(text) < 65536) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("must be a port from 0 to 65535, not '" + text + "'");
    }

    private static String model(String text) {
        return text.isEmpty() ? "" : ModelName.parse(text).toString();
    }

    private static Path folder(String text) {
        try {
            return Path.of(present(text));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("must be a folder, not '" + text + "'", e);
        }
    }

    private static String database(String text) {
        if (!DATABASE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "must begin with jdbc:sqlite: or jdbc:postgresql:, then name the database");
        }
        return text;
    }

    /** With a slash before, and none behind; "" for none. */
    private static String prefix(String text) {
        String path = text.replaceAll("^/*|/*$", "");
        String prefix = path.isEmpty() ? "" : "/" + path;
        if (!SEGMENTS.matcher(prefix).matches()) {
            throw new IllegalArgumentException("must be a path such as /agents-of-mine");
        }
        return prefix;
    }

    private static boolean yesOrNo(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "1" -> true;
            case "false", "no", "0" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }
}
