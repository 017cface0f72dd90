package ai.robutler.nli;

import ai.robutler.core.Agent;

import java.util.List;
import java.util.Optional;

/** This server, as its own agents call one another. Thread-safe. */
public interface Here {
    /**
     * Where this process reaches itself, with the prefix of agents' paths and without a slash at
     * the end; "" as long as it serves nobody.
     */
    String url();

    /** Where others reach it; the same as {@link #url} where nothing else is configured. */
    String publicUrl();

    /** The agent of this name. */
    Optional<Agent> find(String name);

    /** The names by which it may be called, for a message to who calls one that is not there. */
    List<String> names();
}
