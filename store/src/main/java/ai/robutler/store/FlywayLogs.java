package ai.robutler.store;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Flyway has to say is for debugging; its failures are exceptions. Public because Flyway makes
 * it, by its name.
 */
public final class FlywayLogs implements LogCreator {

    /** Made by Flyway. */
    public FlywayLogs() {}

    @Override
    public Log createLogger(Class<?> source) {
        return new Quiet(LoggerFactory.getLogger(source));
    }

    private record Quiet(Logger log) implements Log {

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
}
