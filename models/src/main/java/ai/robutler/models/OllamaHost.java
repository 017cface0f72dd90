package ai.robutler.models;

import ai.robutler.core.Settings;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variable that tells Ollama's own programs where their server is: {@code 10.0.0.7}, {@code
 * box:11434} or {@code https://box/ollama}.
 */
final class OllamaHost {
    static final String VARIABLE = "OLLAMA_HOST";

    private static final Pattern FORM =
            Pattern.compile(
                    "(?:(https?)://)?([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])?(?::(\\d{1,5}))?(/.*)?");

    private OllamaHost() {}

    /** Where the API is by the variable, the fallback where it is not set. */
    static URI url(Settings settings, URI fallback) {
        String text = settings.environment(VARIABLE).strip();
        if (text.isEmpty()) {
            return fallback;
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            settings.problem(
                    VARIABLE, "must be a host with or without a port, such as 127.0.0.1:11434");
            return fallback;
        }
        String scheme = matcher.group(1);
        String host = matcher.group(2) == null ? "127.0.0.1" : matcher.group(2);
        // A server listens on all addresses; nobody can connect to them.
        host = host.equals("0.0.0.0") ? "127.0.0.1" : host.equals("[::]") ? "[::1]" : host;
        String port = matcher.group(3) == null ? "" : ":" + matcher.group(3);
        if (scheme == null && port.isEmpty()) {
            port = ":11434";
        }
        String path = matcher.group(4) == null ? "" : matcher.group(4).replaceAll("/+$", "");
        return URI.create((scheme == null ? "http" : scheme) + "://" + host + port + path + "/v1");
    }
}
