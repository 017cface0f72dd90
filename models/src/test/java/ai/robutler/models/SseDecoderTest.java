package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.robutler.core.ProviderException;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

class SseDecoderTest {
    private static final int LIMIT = 1 << 20;

    private static List<String> decode(byte[] stream, int... cuts) {
        var decoder = new SseDecoder("test", LIMIT);
        var events = new ArrayList<String>();
        int from = 0;
        for (int cut : Arrays.stream(cuts).sorted().distinct().toArray()) {
            take(decoder, Arrays.copyOfRange(stream, from, cut), events);
            from = cut;
        }
        take(decoder, Arrays.copyOfRange(stream, from, stream.length), events);
        return events;
    }

    private static void take(SseDecoder decoder, byte[] bytes, List<String> events) {
        decoder.feed(bytes);
        for (Optional<SseEvent> event = decoder.next(); event.isPresent(); event = decoder.next()) {
            events.add(event.get().type() + "|" + event.get().text());
        }
    }

    private static List<String> decode(String stream) {
        return decode(stream.getBytes(UTF_8));
    }

    @Test
    void theExamplesOfTheStandard() {
        assertThat(decode("data: YHOO\ndata: +2\ndata: 10\n\n")).containsExactly("|YHOO\n+2\n10");
        assertThat(
                        decode(
                                """
                                : test stream

                                data: first event
                                id: 1

                                data:second event
                                id

                                data:  third event
                                """))
                .containsExactly("|first event", "|second event");
        assertThat(decode("data\n\ndata\ndata\n\ndata:")).containsExactly("|", "|\n");
        assertThat(decode("data:test\n\ndata: test\n\n")).containsExactly("|test", "|test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void eachKindOfLineEndEndsALine(String eol) {
        String stream = "event: a{}data: 1{}data: 2{}{}data: 3{}{}".replace("{}", eol);
        assertThat(decode(stream)).containsExactly("a|1\n2", "|3");
    }

    @Test
    void anEventEndsWithTheCrAndDoesNotWaitForTheLf() {
        var decoder = new SseDecoder("test", LIMIT);
        decoder.feed("data: 1\r\n\r".getBytes(UTF_8));
        assertThat(decoder.next()).isPresent();
        decoder.feed("\ndata: 2\r\n\r".getBytes(UTF_8));
        assertThat(decoder.next().map(SseEvent::text)).contains("2");
    }

    @Test
    void aByteOrderMarkIsSkippedOnceAtTheStart() {
        assertThat(decode("\uFEFFdata: 1\n\n\uFEFFdata: 2\n\n")).containsExactly("|1");
        assertThat(decode("\uFEFF\ndata: 1\n\n")).containsExactly("|1");
    }

    @Test
    void anEventWithoutDataIsNone() {
        assertThat(decode("event: a\n\nid: 1\n\n\n\n:c\n\ndata: 1\n\n")).containsExactly("|1");
    }

    @Test
    void theRestIsWhatHasNoEmptyLineBehindIt() {
        var decoder = new SseDecoder("test", LIMIT);
        decoder.feed("data: 1\n\ndata: 2".getBytes(UTF_8));
        assertThat(decoder.next().map(SseEvent::text)).contains("1");
        assertThat(decoder.next()).isEmpty();
        assertThat(decoder.rest().map(SseEvent::text)).contains("2");
        assertThat(decoder.rest()).isEmpty();
    }

    @Test
    void anEventBeyondTheLimitIsRefused() {
        var decoder = new SseDecoder("test", 1000);
        decoder.feed(new byte[900]);
        assertThat(decoder.next()).isEmpty();
        decoder.feed(new byte[900]);
        assertThatThrownBy(decoder::next)
                .isInstanceOf(ProviderException.Transient.class)
                .hasMessageContaining("too long");
    }

    @Test
    void manySmallEventsNeedLittleMemory() {
        var decoder = new SseDecoder("test", 1000);
        byte[] event = "data: 0123456789\n\n".getBytes(UTF_8);
        int count = 0;
        for (int i = 0; i < 100_000; i++) {
            decoder.feed(event);
            count += decoder.next().isPresent() ? 1 : 0;
        }
        assertThat(count).isEqualTo(100_000);
        assertThat(decoder.capacity()).isLessThan(4096);
    }

    @Property
    void anySplitGivesTheSameEvents(
            @ForAll("streams") String stream,
            @ForAll @Size(max = 12) List<@IntRange(max = 1000) Integer> cuts) {
        byte[] bytes = stream.getBytes(UTF_8);
        int[] within =
                cuts.stream().mapToInt(cut -> bytes.length == 0 ? 0 : cut % bytes.length).toArray();
        assertThat(decode(bytes, within)).isEqualTo(decode(bytes));
        int[] each = new int[bytes.length];
        Arrays.setAll(each, i -> i);
        assertThat(decode(bytes, each)).isEqualTo(decode(bytes));
    }

    @Property
    void whatIsWrittenIsRead(
            @ForAll("events") List<List<String>> events, @ForAll("eols") String eol) {
        var stream = new StringBuilder();
        for (List<String> lines : events) {
            lines.forEach(line -> stream.append("data: ").append(line).append(eol));
            stream.append(eol);
        }
        assertThat(decode(stream.toString()))
                .isEqualTo(
                        events.stream()
                                .filter(lines -> !lines.isEmpty())
                                .map(lines -> "|" + String.join("\n", lines))
                                .toList());
    }

    @Property
    void anyBytesAreRead(@ForAll List<byte[]> pieces) {
        var decoder = new SseDecoder("test", LIMIT);
        for (byte[] piece : pieces) {
            take(decoder, piece, new ArrayList<>());
        }
        assertThat(decoder.rest().map(event -> event.data().length).orElse(0))
                .isLessThanOrEqualTo(pieces.stream().mapToInt(piece -> piece.length).sum());
    }

    @Provide
    Arbitrary<String> streams() {
        return Arbitraries.of(
                        "data",
                        "data:",
                        "data: ",
                        "event: a",
                        ":",
                        ": c",
                        "id: 1",
                        "é東🙂",
                        " ",
                        "x",
                        "\n",
                        "\r",
                        "\r\n",
                        "\n\n",
                        "\uFEFF")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<List<List<String>>> events() {
        return Arbitraries.strings()
                .withChars("ab:{} é東")
                .ofMaxLength(20)
                .list()
                .ofMaxSize(4)
                .list()
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<String> eols() {
        return Arbitraries.of("\n", "\r", "\r\n");
    }
}
