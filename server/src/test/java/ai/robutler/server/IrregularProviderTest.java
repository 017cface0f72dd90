package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.AgentTool;
import ai.robutler.core.Json;
import ai.robutler.core.Scope;
import ai.robutler.core.ToolDefinition;
import ai.robutler.core.ToolResult;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.MessageReply;
import ai.robutler.testkit.Oddity;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.UsagePlace;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Whatever shape a provider's stream has, the client gets a regular one that says the same. */
class IrregularProviderTest {
    private static final Call HERE =
            Call.of("call_here_1234567890abcdef", "here", "{\"q\":\"ä€😀\"}");
    private static final Call THEIRS =
            Call.of("call_theirs_1234567890abcd", "theirs", "{\"city\":\"Zürich\",\"days\":3}");
    private static final Call OTHER =
            Call.of("call_other_1234567890abcde", "other", "{\"x\":\"\"}");

    private static final List<Oddity> ALL = List.of(Oddity.values());

    private static Stack stack;

    @BeforeAll
    static void start() {
        stack =
                new Stack(
                        agent ->
                                agent.tool(
                                        new AgentTool(
                                                ToolDefinition.function(
                                                        "here",
                                                        "Runs here.",
                                                        Json.object().put("type", "object")),
                                                Scope.ALL,
                                                Duration.ofSeconds(5),
                                                (arguments, _) -> ToolResult.of(arguments))));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @BeforeEach
    void reset() {
        stack.provider.reset();
    }

    static Stream<Set<Oddity>> oddities() {
        var random = new Random(20261101);
        Stream<Set<Oddity>> several =
                Stream.generate(() -> some(random))
                        .filter(set -> !Oddity.ambiguous(set) && !looksCut(set))
                        .limit(60);
        return Stream.concat(Stream.of(Oddity.values()).map(EnumSet::of), several);
    }

    /** Neither a finish reason nor an end mark: nobody can tell that from an answer cut short. */
    private static boolean looksCut(Set<Oddity> set) {
        return set.contains(Oddity.NO_DONE) && set.contains(Oddity.NO_FINISH_REASON);
    }

    @Test
    void anAnswerThatLooksCutIsAnError() throws Exception {
        var odd = EnumSet.of(Oddity.NO_DONE, Oddity.NO_FINISH_REASON);
        stack.provider.answer(odd(Reply.text("Half an ans"), odd, new Random(1)));
        List<String> events = Stack.events(stack.post(request(true)).body());
        assertThat(Json.parseObject(events.getLast()).at("/error/code").asString())
                .isEqualTo("provider_error");
    }

    private static Set<Oddity> some(Random random) {
        var set = EnumSet.noneOf(Oddity.class);
        for (int i = random.nextInt(2, 6); i > 0; i--) {
            set.add(ALL.get(random.nextInt(ALL.size())));
        }
        return set;
    }

    @ParameterizedTest
    @MethodSource("oddities")
    void textSaysTheSame(Set<Oddity> odd) throws Exception {
        var random = new Random(odd.hashCode());
        stack.provider.answer(odd(Reply.text("Grüße, 世界 😀! \"quoted\"\n\ttabbed"), odd, random));
        RegularStream answer = RegularStream.read(stack.post(request(true)).body());
        assertThat(answer.text()).isEqualTo("Grüße, 世界 😀! \"quoted\"\n\ttabbed");
        assertThat(answer.finishReason()).isEqualTo("stop");
        assertThat(answer.calls()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("oddities")
    void mixedTurnsAreTakenApartAndPutTogether(Set<Oddity> odd) throws Exception {
        var random = new Random(odd.hashCode());
        stack.provider.answer(odd(Reply.calls(THEIRS, HERE, OTHER), odd, random));
        ObjectNode request = request(true);
        RegularStream answer = RegularStream.read(stack.post(request).body());
        assertThat(answer.finishReason()).isEqualTo("tool_calls");
        assertThat(answer.calls())
                .extracting(call -> call.name() + call.arguments())
                .containsExactly("theirs" + THEIRS.arguments(), "other" + OTHER.arguments());

        stack.provider.answer(odd(Reply.text("Done"), odd, random));
        ObjectNode second = request.deepCopy();
        second.withArray("/messages")
                .add(answer.assistantMessage())
                .add(result(answer.calls().get(1).id(), "second"))
                .add(result(answer.calls().get(0).id(), "first"));
        assertThat(RegularStream.read(stack.post(second).body()).text()).isEqualTo("Done");
        JsonNode seen = stack.provider.requests().getLast().json().path("messages");
        assertThat(seen.valueStream().map(message -> message.path("role").asString()))
                .containsExactly("user", "assistant", "tool", "tool", "tool");
        assertThat(seen.valueStream().skip(2).map(message -> message.path("content").asString()))
                .containsExactly("first", HERE.arguments(), "second");
        assertThat(stack.provider.violations()).isEmpty();
    }

    private static MessageReply odd(MessageReply reply, Set<Oddity> odd, Random random) {
        List<UsagePlace> places = List.of(UsagePlace.values());
        return reply.odd(odd)
                .inPiecesOf(random.nextInt(1, 5))
                .usage(7, 3)
                .usageIn(places.get(random.nextInt(places.size())))
                .splitEvery(random.nextInt(1, 40));
    }

    private static ObjectNode request(boolean stream) {
        ObjectNode request = Json.object().put("stream", stream);
        request.set("messages", Json.array(Json.object().put("role", "user").put("content", "Go")));
        var tools = Json.array();
        for (String name : List.of("theirs", "other")) {
            tools.add(
                    ToolDefinition.function(name, "", Json.object().put("type", "object")).json());
        }
        request.set("tools", tools);
        return request;
    }

    private static ObjectNode result(String id, String content) {
        return Json.object().put("role", "tool").put("tool_call_id", id).put("content", content);
    }
}
