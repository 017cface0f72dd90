package ai.robutler.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Looks once a second whether agent files have changed, and reads them again when they have. */
final class AgentWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** An editor may write in several steps: only what stands still for this long is read. */
    private static final Duration SETTLING = Duration.ofMillis(100);

    private final Fleet fleet;
    private final Thread thread;
    private List<Problem> told;

    private AgentWatch(Fleet fleet) {
        this.fleet = fleet;
        this.told = fleet.findings().problems();
        this.thread = Thread.ofVirtual().name("agent-files").unstarted(this::watch);
    }

    static AgentWatch start(Fleet fleet) {
        var watch = new AgentWatch(fleet);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                look();
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void look() throws InterruptedException {
        Map<Path, Stamp> now = fleet.paths().stamps();
        if (now.equals(fleet.stamps())) {
            return;
        }
        while (true) {
            Thread.sleep(SETTLING);
            Map<Path, Stamp> later = fleet.paths().stamps();
            if (later.equals(now)) {
                break;
            }
            now = later;
        }
        try {
            tell(fleet.read());
        } catch (RuntimeException e) {
            LOG.error("the agent files could not be read; the agents stay as they are", e);
        }
    }

    private void tell(Findings findings) {
        List<Problem> problems = findings.problems();
        problems.stream()
                .filter(problem -> !told.contains(problem))
                .forEach(
                        problem -> LOG.warn("{} (the last good version goes on serving)", problem));
        if (problems.isEmpty()) {
            LOG.info("agent files read again: {}", CheckCommand.count(fleet.all().size(), "agent"));
        }
        told = problems;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
