package ai.robutler.server;

import tools.jackson.databind.node.ObjectNode;

final class RequestRules {
    private RequestRules() {}

    static void check(ObjectNode request) {}
}
