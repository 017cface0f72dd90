package ai.robutler.outbound;

/**
 * A URL as it has been read, the one reading that counts: nothing reads the text again.
 *
 * @param tls https, not http
 * @param host a name in lower case, an IPv4 address, or an IPv6 address without its brackets
 * @param port 1 to 65535, the scheme's own if the URL names none
 * @param path with the query, beginning with a slash
 */
public record Target(boolean tls, String host, int port, String path) {

    /** Scheme, host and port, the scheme's own port left out: {@code https://example.com}. */
    public String origin() {
        return (tls ? "https://" : "http://") + authority();
    }

    /** Host and port, the scheme's own port left out. */
    public String authority() {
        return port == (tls ? 443 : 80) ? bracketed() : bracketed() + ":" + port;
    }

    /** The host as it stands in a URL. */
    String bracketed() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /** The whole URL. */
    public String url() {
        return origin() + path;
    }
}
