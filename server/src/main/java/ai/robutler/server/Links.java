package ai.robutler.server;

import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Absolute links, to where the client found this server. */
final class Links {
    private static final Pattern SANE_HOST =
            Pattern.compile("[A-Za-z0-9.-]+(:\\d{1,5})?|\\[[0-9A-Fa-f:.]+](:\\d{1,5})?");

    private final Options options;
    private final Supplier<String> ownUrl;

    Links(Options options, Supplier<String> ownUrl) {
        this.options = options;
        this.ownUrl = ownUrl;
    }

    /** The server itself, without a slash at the end. */
    String server(RequestHead head) {
        if (!options.publicUrl().isEmpty()) {
            return options.publicUrl();
        }
        return head.header("Host")
                .filter(host -> SANE_HOST.matcher(host).matches())
                .map(host -> (head.isSecure() ? "https://" : "http://") + host)
                .orElseGet(ownUrl);
    }

    /** What the routes of agents begin with. */
    String agents(RequestHead head) {
        return server(head) + options.urlPrefix();
    }
}
