package ai.robutler.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/**
 * A JDBC URL of PostgreSQL, taken apart so that its password can be kept out of sight.
 *
 * @param url without user and password
 */
record PostgresUrl(String url, String user, String password) {

    static PostgresUrl split(String url) {
        int parameters = url.indexOf('?');
        String base = parameters < 0 ? url : url.substring(0, parameters);
        if (base.contains("@")) {
            throw new IllegalArgumentException(
                    "user and password belong to the end of a PostgreSQL URL:"
                            + " jdbc:postgresql://HOST/NAME?user=…&password=…");
        }
        if (parameters < 0) {
            return new PostgresUrl(url, "", "");
        }
        String user = "";
        String password = "";
        var rest = new StringJoiner("&");
        for (String parameter : url.substring(parameters + 1).split("&", -1)) {
            if (parameter.startsWith("user=")) {
                user = value(parameter);
            } else if (parameter.startsWith("password=")) {
                password = value(parameter);
            } else if (!parameter.isEmpty()) {
                rest.add(parameter);
            }
        }
        return new PostgresUrl(rest.length() == 0 ? base : base + '?' + rest, user, password);
    }

    private static String value(String parameter) {
        String value = parameter.substring(parameter.indexOf('=') + 1);
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "user or password of the PostgreSQL URL has a % that is no escape: write %25");
        }
    }
}
