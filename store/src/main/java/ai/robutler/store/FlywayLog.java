package ai.robutler.store;

import org.flywaydb.core.api.logging.Log;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Flyway has to say is for debugging; its failures are exceptions. */
final class FlywayLog implements Log {
    private final Logger log;

    FlywayLog(Class<?> source) {
        log = LoggerFactory.getLogger(source);
    }

    @Override
    public void debug(String message) {
        log.trace("{}", message);
    }

    @Override
    public void info(String message) {
        log.debug("{}", message);
    }

    @Override
    public void warn(String message) {
        log.debug("{}", message);
    }

    @Override
    public void error(String message) {
        log.debug("{}", message);
    }

    @Override
    public void error(String message, Exception thrown) {
        log.debug("{}", message, thrown);
    }

    @Override
    public void notice(String message) {
        log.debug("{}", message);
    }
}
