package ai.robutler.core;

import java.util.List;

/**
 * A skill with tools that are not its methods, and that may change while its agent serves. A skill
 * object that implements this needs no annotated method.
 */
public interface ToolSource {

    /**
     * The tools as they are now. Asked at the start of each run, which keeps them to its end, and
     * whenever the agent is listed: it must be quick, and must not throw. Tools that are called
     * like one that the agent has already are left out.
     */
    List<AgentTool> tools();
}
