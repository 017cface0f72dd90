package ai.robutler.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Map;

/** Whether somebody listens at an address. */
final class Reach {
    private static final int MILLIS = 2_000;

    /** Where providers are that no setting has moved. */
    private static final Map<String, String> USUAL =
            Map.of(
                    "openai", "https://api.openai.com",
                    "anthropic", "https://api.anthropic.com",
                    "xai", "https://api.x.ai");

    private Reach() {}

    /**
     * @param base as configured, "" for the usual place
     */
    static String words(String provider, String base) {
        String url = base.isEmpty() ? USUAL.getOrDefault(provider, "") : base;
        try {
            URI uri = URI.create(url);
            if (uri.getHost() == null) {
                return "";
            }
            int standard = "http".equals(uri.getScheme()) ? 80 : 443;
            int port = uri.getPort() < 0 ? standard : uri.getPort();
            return ", "
                    + uri.getHost()
                    + (connects(uri.getHost(), port) ? " answers" : " is NOT reachable from here");
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static boolean connects(String host, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
