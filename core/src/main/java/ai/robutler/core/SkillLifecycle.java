package ai.robutler.core;

/** A skill that holds something: connections, processes, threads. */
public interface SkillLifecycle extends AutoCloseable {

    /**
     * The agent that it belongs to is about to serve. Called once, before the agent's first run;
     * what takes time is done on a thread of the skill's own.
     */
    void start(Agent agent);

    /**
     * The agent serves no more, and its last run is over. Called once, and only if the skill was
     * started; must not throw.
     */
    @Override
    void close();
}
