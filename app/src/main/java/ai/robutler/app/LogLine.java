package ai.robutler.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** An event as one line, without secrets; with stack traces only where they are wanted. */
final class LogLine extends LayoutBase<ILoggingEvent> {
    enum Detail {
        MESSAGE,
        TRACE
    }

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
                    .withZone(ZoneId.systemDefault());

    private final Detail detail;

    LogLine(Detail detail) {
        this.detail = detail;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        var line = new StringBuilder();
        line.append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
        line.append(' ').append("%-5s".formatted(event.getLevel())).append(' ');
        line.append(shortName(event.getLoggerName())).append(": ");
        line.append(oneLine(event.getFormattedMessage()));
        for (IThrowableProxy at = event.getThrowableProxy(); at != null; at = at.getCause()) {
            line.append(" <- ").append(shortName(at.getClassName()));
            line.append(at.getMessage() == null ? "" : ": " + oneLine(at.getMessage()));
        }
        line.append(System.lineSeparator());
        if (detail == Detail.TRACE && event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return Redaction.mask(line.toString());
    }

    private static String shortName(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** A message with line breaks of a stranger must not look like several events. */
    private static String oneLine(String text) {
        return text == null ? "" : text.replaceAll("\\R", " ");
    }
}
