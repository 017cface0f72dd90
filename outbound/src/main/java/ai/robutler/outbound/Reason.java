package ai.robutler.outbound;

/** Why a URL or an address may not be called. */
public enum Reason {
    /** Not a URL in the strict form that is read here. */
    MALFORMED("the URL is not well-formed"),
    SCHEME("only http and https URLs can be called"),
    HTTPS_ONLY("only https URLs can be called"),
    CREDENTIALS("the URL must not contain a user name or password"),
    FRAGMENT("the URL must not contain a fragment (#)"),
    /** Not a host name in ASCII, nor an address in its one usual form. */
    HOST("the URL's host is not a plain host name or address"),
    /** A number that programs read as different addresses: octal, hexadecimal, short, whole. */
    NUMERIC_HOST("an IPv4 address must be written as four decimal numbers"),
    ZONE("an address must not have a zone"),
    INTERNAL_NAME("the host's name is not a public one"),
    PORT("the URL's port is not open to calls"),

    UNSPECIFIED("the address is not a public one"),
    LOOPBACK("the address is not a public one"),
    PRIVATE("the address is not a public one"),
    SHARED("the address is not a public one"),
    LINK_LOCAL("the address is not a public one"),
    METADATA("the address is not a public one"),
    UNIQUE_LOCAL("the address is not a public one"),
    SITE_LOCAL("the address is not a public one"),
    MULTICAST("the address is not a public one"),
    BROADCAST("the address is not a public one"),
    DOCUMENTATION("the address is not a public one"),
    BENCHMARKING("the address is not a public one"),
    PROTOCOL("the address is not a public one"),
    RESERVED("the address is not a public one"),
    MAPPED("the address is not a public one"),
    COMPATIBLE("the address is not a public one"),
    TRANSLATED("the address is not a public one"),
    NAT64("the address is not a public one"),
    SIX_TO_FOUR("the address is not a public one"),
    TEREDO("the address is not a public one"),
    ISATAP("the address is not a public one");

    private final String words;

    Reason(String words) {
        this.words = words;
    }

    /**
     * The reason in words that may be shown to anybody: they do not tell what kind of address a
     * name leads to.
     */
    public String words() {
        return words;
    }
}
