package ai.robutler.nli;

import java.util.List;

/**
 * The agent to be called.
 *
 * @param shown as the caller knows it
 * @param name the agent's own name: what tokens for it are bound to
 * @param owner who owns it, "" where that is not known
 * @param url of the agent, without a slash at the end
 * @param place where it is
 * @param trusted whether it is told, signed, for whom it is called
 */
record Target(String shown, String name, String owner, String url, Place place, boolean trusted) {
    enum Place {
        /** On this server. */
        HERE,
        /** In the directory. */
        LISTED,
        /** Anywhere. */
        WEB
    }

    /** The names that rules may mean it by. */
    List<String> names() {
        return switch (place) {
            case HERE -> owner.isEmpty() ? List.of(name) : List.of(name, "@" + owner + "." + name);
            case LISTED -> List.of(shown, url);
            case WEB -> List.of(url);
        };
    }

    Target at(String otherUrl, boolean stillTrusted) {
        return new Target(shown, name, owner, otherUrl, place, stillTrusted);
    }
}
