package ai.robutler.outbound;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads a URL strictly: whatever two programs could read differently is refused, not mended. It is
 * RFC 3986 without user info, without a fragment, with hosts in ASCII.
 */
final class UrlReader {
    private static final int LONGEST = 8192;
    private static final Pattern VISIBLE = Pattern.compile("[!-~]*");

    /** Besides letters and digits. Brackets are not in the RFC, but in many a query. */
    private static final String PATH = "-._~!$&'()*+,;=:@/?[]%";

    private UrlReader() {}

    static Target read(String url) throws Refusal {
        if (url.length() > LONGEST) {
            throw malformed("it is longer than " + LONGEST + " characters");
        }
        checkCharacters(url);
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new Refusal(Reason.SCHEME, "the URL does not begin with http:// or https://");
        }
        String rest = url.substring(colon + 3);
        int end = endOfAuthority(rest);
        String authority = rest.substring(0, end);
        String path = rest.substring(end);
        if (path.indexOf('#') >= 0) {
            throw new Refusal(Reason.FRAGMENT, "the URL contains a fragment");
        }
        if (authority.indexOf('@') >= 0) {
            throw new Refusal(Reason.CREDENTIALS, "the URL contains a user name or password");
        }
        if (!VISIBLE.matcher(path).matches()) {
            throw malformed("its path contains a character that is not ASCII");
        }
        checkPath(path);
        boolean tls = scheme.equals("https");
        return new Target(
                tls,
                host(authority.substring(0, endOfHost(authority))),
                port(authority.substring(endOfHost(authority)), tls),
                path.startsWith("/") ? path : "/" + path);
    }

    /** Some programs strip these, others read them as slashes, others send them on. */
    private static void checkCharacters(String url) throws Refusal {
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c <= ' ' || c == 0x7F || c == '\\') {
                throw malformed("it contains white space, a control character or a backslash");
            }
        }
    }

    private static void checkPath(String path) throws Refusal {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (!Character.isLetterOrDigit(c) && PATH.indexOf(c) < 0) {
                throw malformed("its path contains a character that must be percent-encoded");
            }
            if (c == '%' && (i + 2 >= path.length() || !isHex(path.substring(i + 1, i + 3)))) {
                throw malformed("its path contains a % that does not encode anything");
            }
        }
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    private static int endOfAuthority(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            if ("/?#".indexOf(rest.charAt(i)) >= 0) {
                return i;
            }
        }
        return rest.length();
    }

    private static int endOfHost(String authority) {
        int from = authority.startsWith("[") ? Math.max(authority.indexOf(']'), 0) : 0;
        int colon = authority.indexOf(':', from);
        return colon < 0 ? authority.length() : colon;
    }

    private static int port(String text, boolean tls) throws Refusal {
        if (text.isEmpty()) {
            return tls ? 443 : 80;
        }
        String digits = text.substring(1);
        if (!digits.matches("[1-9][0-9]{0,4}") || Integer.parseInt(digits) > 65535) {
            throw new Refusal(Reason.PORT, "the URL's port is not a number from 1 to 65535");
        }
        return Integer.parseInt(digits);
    }

    private static String host(String text) throws Refusal {
        if (text.isEmpty()) {
            throw badHost("the URL has no host");
        }
        if (text.startsWith("[")) {
            return literalV6(text);
        }
        if (!VISIBLE.matcher(text).matches()) {
            throw badHost("the host contains a character that is not ASCII: use its xn-- form");
        }
        String host = text.toLowerCase(Locale.ROOT);
        if (Ip.parseV4(host).isPresent()) {
            return host;
        }
        String undotted = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (HostNames.endsInNumber(undotted)) {
            throw new Refusal(
                    Reason.NUMERIC_HOST, "the host is a number, but no plain IPv4 address");
        }
        if (!HostNames.isName(host)) {
            throw badHost("the host is neither a plain name nor an address");
        }
        return host;
    }

    private static String literalV6(String text) throws Refusal {
        if (!text.endsWith("]")) {
            throw badHost("the host's bracket is not closed");
        }
        String inner = text.substring(1, text.length() - 1).toLowerCase(Locale.ROOT);
        if (inner.indexOf('%') >= 0) {
            throw new Refusal(Reason.ZONE, "the address has a zone");
        }
        if (Ip.parseV6(inner).isEmpty()) {
            throw badHost("the brackets do not hold an IPv6 address");
        }
        return inner;
    }

    private static Refusal malformed(String why) {
        return new Refusal(Reason.MALFORMED, "the URL is not well-formed: " + why);
    }

    private static Refusal badHost(String why) {
        return new Refusal(Reason.HOST, why);
    }
}
