package ai.robutler.identity;

import ai.robutler.core.Scope;

/** Which scopes credentials can carry. */
final class ScopeNames {
    private ScopeNames() {}

    static boolean canBeGranted(String name) {
        try {
            requireGrantable(name);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /**
     * @return the name itself
     * @throws IllegalArgumentException if no credential can carry it; the message says why
     */
    static String requireGrantable(String name) {
        if (new Scope(name).equals(Scope.OWNER)) {
            throw new IllegalArgumentException(
                    "'owner' cannot be granted: who owns an agent stands in the agent's file");
        }
        return name;
    }
}
