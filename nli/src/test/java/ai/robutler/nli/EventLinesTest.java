package ai.robutler.nli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

class EventLinesTest {
    private static final String STREAM =
            ": a comment\n\ndata: ä1\n\nevent: x\r\ndata: 2\r\ndata:3\r\n\r\ndata: 4\r\rdata\n\ndata: end";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 1_000})
    void eventsAreTheSameWhereverTheBytesAreSplit(int size) {
        byte[] bytes = STREAM.getBytes(StandardCharsets.UTF_8);
        var lines = new EventLines(100);
        var events = new ArrayList<String>();
        for (int i = 0; i < bytes.length; i += size) {
            lines.feed(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + size)));
            take(lines, events);
        }
        lines.end();
        take(lines, events);
        assertThat(events).isEqualTo(List.of("ä1", "2\n3", "4", "", "end"));
    }

    private static void take(EventLines lines, List<String> events) {
        for (Optional<String> next = lines.next(); next.isPresent(); next = lines.next()) {
            events.add(next.get());
        }
    }

    @Test
    void anEventThatDoesNotEndIsGivenUp() {
        var lines = new EventLines(10);
        assertThatThrownBy(() -> lines.feed("data: 1234567890".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(EventLines.TooLong.class);
    }
}
