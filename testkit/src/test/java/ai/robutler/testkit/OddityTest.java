package ai.robutler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

class OddityTest {

    private static final List<Call> CALLS =
            List.of(
                    Call.of("c1", "current_weather", "{\"place\":\"Rome\"}"),
                    Call.of("c2", "lookup", "{\"key\":\"é😀\"}"),
                    Call.of("c3", "current_weather", "{\"place\":\"Oslo\"}"));

    private static final MessageReply TEXT = Reply.text("It is sunny — 20 °C.").inPiecesOf(3);
    private static final MessageReply TOOLS =
            Reply.text("Let me see.").calls(CALLS.toArray(new Call[0]));

    private final ScriptedProvider provider = ScriptedProvider.start();
    private final Client client = new Client(provider);

    @AfterEach
    void stop() {
        provider.close();
    }

    @ParameterizedTest
    @EnumSource
    void eachOddityIsHarmlessByItself(Oddity oddity) throws Exception {
        assertHarmless(Set.of(oddity));
    }

    @ParameterizedTest
    @EnumSource
    void eachOddityShows(Oddity oddity) throws Exception {
        MessageReply fixed = TOOLS.with("id", "x").with("created", 1);
        provider.answer(fixed).answer(fixed.odd(oddity));
        assertThat(client.call("\"stream\":true").body())
                .isNotEqualTo(client.call("\"stream\":true").body());
    }

    @Test
    void setsThatAreNotAmbiguousAreHarmlessToo() throws Exception {
        Random random = new Random(42);
        List<Oddity> all = new ArrayList<>(EnumSet.allOf(Oddity.class));
        for (int round = 0; round < 300; round++) {
            Collections.shuffle(all, random);
            Set<Oddity> set = EnumSet.copyOf(all.subList(0, 2 + random.nextInt(5)));
            if (!Oddity.ambiguous(set)) {
                assertHarmless(set);
            }
        }
    }

    private void assertHarmless(Set<Oddity> oddities) throws Exception {
        provider.answer(TEXT.odd(oddities)).answer(TOOLS.odd(oddities));
        assertThat(Assembled.of(client.stream("")).text)
                .describedAs("text with %s", oddities)
                .hasToString("It is sunny — 20 °C.");
        Assembled tools = Assembled.of(client.stream(""));
        assertThat(tools.text).describedAs("text with %s", oddities).hasToString("Let me see.");
        boolean idsLost = oddities.contains(Oddity.EMPTY_ID);
        assertThat(tools.calls())
                .describedAs("calls with %s", oddities)
                .isEqualTo(
                        idsLost
                                ? CALLS.stream()
                                        .map(c -> new Call("", c.name(), c.arguments()))
                                        .toList()
                                : CALLS);
    }

    @Test
    void finishReasonIsStopOrMissingInCompleteAnswersToo() throws Exception {
        provider.answer(TOOLS.odd(Oddity.STOP_ALTHOUGH_CALLED, Oddity.EMPTY_ID, Oddity.NO_TYPE))
                .answer(TOOLS.odd(Oddity.NO_FINISH_REASON));
        JsonNode choice = client.complete("").at("/choices/0");
        assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");
        assertThat(choice.at("/message/tool_calls/0/id").asString()).isEmpty();
        assertThat(choice.at("/message/tool_calls/0").has("type")).isFalse();
        assertThat(client.complete("").at("/choices/0/finish_reason").isNull()).isTrue();
    }

    @Test
    void indexesAreAsOddAsNamed() throws Exception {
        provider.answer(TOOLS.odd(Oddity.REPEATED_INDEX, Oddity.ALL_CALLS_IN_ONE_DELTA))
                .answer(TOOLS.odd(Oddity.MISSING_INDEX, Oddity.ALL_CALLS_IN_ONE_DELTA));
        assertThat(wholeCalls(client.stream("")))
                .extracting(call -> call.path("index").asInt())
                .containsExactly(0, 0, 1);
        assertThat(wholeCalls(client.stream("")))
                .allSatisfy(call -> assertThat(call.has("index")).isFalse());
    }

    private static List<JsonNode> wholeCalls(List<String> events) {
        return Events.chunks(events).stream()
                .map(chunk -> chunk.at("/choices/0/delta/tool_calls"))
                .filter(JsonNode::isArray)
                .flatMap(JsonNode::valueStream)
                .toList();
    }

    @Test
    void bytesOfTheEventStreamAreAsOddAsNamed() throws Exception {
        provider.answer(
                Reply.text("Hi")
                        .odd(
                                Oddity.BOM,
                                Oddity.CRLF,
                                Oddity.COMMENTS,
                                Oddity.NO_SPACE_AFTER_COLON,
                                Oddity.NO_DONE));
        String text = Client.text(client.call("\"stream\":true"));
        assertThat(text).startsWith("\uFEFF: keep-alive\r\n\r\ndata:{\"id\"");
        assertThat(text).doesNotContain("[DONE]").endsWith("}\r\n\r\n");
        assertThat(text.replace("\r\n", "")).doesNotContain("\n");
    }
}
