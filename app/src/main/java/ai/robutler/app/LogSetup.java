package ai.robutler.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;

import org.slf4j.Logger;

import java.nio.charset.StandardCharsets;

/**
 * Logs one line per event to stderr. {@code ROBUTLER_LOG} sets the level: error, warn, info
 * (default: of Robutler's own lines, other libraries from warn on), debug (with stack traces).
 * Found by Logback through {@link java.util.ServiceLoader}.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    static final String VARIABLE = "ROBUTLER_LOG";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        String wanted = System.getenv().getOrDefault(VARIABLE, "info");
        Level level = Level.toLevel(wanted, Level.INFO);
        var layout =
                new LogLine(
                        level.isGreaterOrEqual(Level.INFO)
                                ? LogLine.Detail.MESSAGE
                                : LogLine.Detail.TRACE);
        layout.setContext(context);
        layout.start();
        var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
        root.addAppender(appender);
        context.getLogger("ai.robutler").setLevel(level);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
