package ai.robutler.server;

import ai.robutler.core.Agent;

import java.util.List;

/** The page that a browser gets at {@code /}. Thread-safe. */
@FunctionalInterface
public interface LandingPage {

    /**
     * The page as HTML.
     *
     * @param agents the agents that this visitor may talk to
     * @param baseUrl where agents are found: {@code baseUrl + "/" + name}
     */
    String html(List<Agent> agents, String baseUrl);
}
