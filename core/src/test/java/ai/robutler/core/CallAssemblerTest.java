package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

class CallAssemblerTest {
    private static final Set<String> TOOLS = Set.of("get_weather", "get_time", "get", "add");

    private static List<String> assembled(String... deltas) {
        var assembler = new CallAssembler(TOOLS::contains);
        for (String delta : deltas) {
            assembler.accept(Json.parseObject(delta.replace('\'', '"')));
        }
        return assembler.calls().stream()
                .filter(call -> !call.isEmpty())
                .map(call -> call.name() + call.arguments())
                .toList();
    }

    static Stream<Arguments> streamsSeenInTheWild() {
        return Stream.of(
                Arguments.of(
                        "as OpenAI sends it",
                        List.of(
                                "{'index':0,'id':'a','type':'function','function':{'name':'add','arguments':''}}",
                                "{'index':0,'function':{'arguments':'{x'}}",
                                "{'index':0,'function':{'arguments':'}'}}",
                                "{'index':1,'id':'b','function':{'name':'get','arguments':''}}",
                                "{'index':1,'function':{'arguments':'{y}'}}"),
                        List.of("add{x}", "get{y}")),
                Arguments.of(
                        "without an index",
                        List.of(
                                "{'id':'a','function':{'name':'add','arguments':'{}'}}",
                                "{'id':'b','function':{'name':'add','arguments':'{}'}}"),
                        List.of("add{}", "add{}")),
                Arguments.of(
                        "without index and id",
                        List.of(
                                "{'function':{'name':'add','arguments':'{}'}}",
                                "{'function':{'name':'get','arguments':''}}",
                                "{'function':{'arguments':'{}'}}"),
                        List.of("add{}", "get{}")),
                Arguments.of(
                        "index always 0, other ids",
                        List.of(
                                "{'index':0,'id':'a','function':{'name':'add','arguments':'{x'}}",
                                "{'index':0,'id':'a','function':{'arguments':'}'}}",
                                "{'index':0,'id':'b','function':{'name':'add','arguments':'{y'}}",
                                "{'index':0,'function':{'arguments':'}'}}"),
                        List.of("add{x}", "add{y}")),
                Arguments.of(
                        "index always 0, no ids, no arguments",
                        List.of(
                                "{'index':0,'function':{'name':'add','arguments':''}}",
                                "{'index':0,'function':{'name':'get_time','arguments':''}}"),
                        List.of("add", "get_time")),
                Arguments.of(
                        "empty ids",
                        List.of(
                                "{'index':0,'id':'','function':{'name':'add','arguments':'{x'}}",
                                "{'index':0,'id':'','function':{'name':'','arguments':'}'}}"),
                        List.of("add{x}")),
                Arguments.of(
                        "a late id",
                        List.of(
                                "{'index':0,'function':{'name':'add','arguments':'{}'}}",
                                "{'index':0,'id':'late'}"),
                        List.of("add{}")),
                Arguments.of(
                        "id and name in every delta",
                        List.of(
                                "{'index':0,'id':'a','function':{'name':'add','arguments':''}}",
                                "{'index':0,'id':'a','function':{'name':'add','arguments':'{}'}}",
                                "{'index':0,'id':'a','function':{'name':'add','arguments':''}}"),
                        List.of("add{}")),
                Arguments.of(
                        "another id in every delta",
                        List.of(
                                "{'index':0,'id':'a','function':{'name':'add','arguments':''}}",
                                "{'index':0,'id':'b','function':{'arguments':'{'}}",
                                "{'index':0,'id':'c','function':{'arguments':'}'}}"),
                        List.of("add{}")),
                Arguments.of(
                        "a name in pieces",
                        List.of(
                                "{'index':0,'id':'a','function':{'name':'get_'}}",
                                "{'index':0,'function':{'name':'wea'}}",
                                "{'index':0,'function':{'name':'ther','arguments':'{}'}}"),
                        List.of("get_weather{}")),
                Arguments.of(
                        "a name in pieces that begins with another tool's",
                        List.of(
                                "{'index':0,'id':'a','function':{'name':'get'}}",
                                "{'index':0,'function':{'name':'_time','arguments':'{}'}}"),
                        List.of("get_time{}")),
                Arguments.of(
                        "arguments as an object",
                        List.of("{'id':'a','function':{'name':'add','arguments':{'x':1}}}"),
                        List.of("add{\"x\":1}")),
                Arguments.of(
                        "calls between each other",
                        List.of(
                                "{'index':0,'id':'a','function':{'name':'add','arguments':'{'}}",
                                "{'index':1,'id':'b','function':{'name':'get','arguments':'{'}}",
                                "{'index':0,'function':{'arguments':'x}'}}",
                                "{'index':1,'function':{'arguments':'y}'}}"),
                        List.of("add{x}", "get{y}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void streamsSeenInTheWild(String name, List<String> deltas, List<String> calls) {
        // The shapes matter here, not the arguments: make them whole objects.
        String[] whole =
                deltas.stream()
                        .map(delta -> delta.replace("{x", "{\\'x\\':1").replace("{y", "{\\'y\\':1"))
                        .map(
                                delta ->
                                        delta.replace("'x}", "'\\'x\\':1}")
                                                .replace("'y}", "'\\'y\\':1}"))
                        .toArray(String[]::new);
        List<String> expected =
                calls.stream()
                        .map(call -> call.replace("{x", "{\"x\":1").replace("{y", "{\"y\":1"))
                        .toList();
        assertThat(assembled(whole)).isEqualTo(expected);
    }

    @Test
    void twoCallsWithOneIdGetTwo() {
        var assembler = new CallAssembler(TOOLS::contains);
        for (int index = 0; index < 2; index++) {
            assembler.accept(
                    Json.parseObject(
                            "{\"index\":%d,\"id\":\"same\",\"function\":{\"name\":\"add\",\"arguments\":\"{}\"}}"
                                    .formatted(index)));
        }
        assertThat(assembler.calls().getFirst().id()).isEqualTo("same");
        assertThat(assembler.calls().getLast().id()).startsWith("call_").isNotEqualTo("same");
    }

    @Test
    void fieldsOfAProvidersOwnAreKept() {
        var assembler = new CallAssembler(TOOLS::contains);
        assembler.accept(
                Json.parseObject(
                        "{\"id\":\"a\",\"extra_content\":{\"signature\":\"s\"},\"function\":{\"name\":\"add\",\"arguments\":\"{}\"}}"));
        assertThat(assembler.calls().getFirst().toolCall().json().at("/extra_content/signature"))
                .hasToString("\"s\"");
    }

    /** One call as a model means it. */
    record Meant(String name, String arguments) {}

    @Provide
    Arbitrary<List<Meant>> turns() {
        Arbitrary<String> names = Arbitraries.of(TOOLS);
        Arbitrary<String> arguments =
                Arbitraries.strings()
                        .ofMaxLength(20)
                        .map(text -> Json.write(Json.object().put("text", text)));
        return Combinators.combine(names, arguments)
                .as(Meant::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Property(tries = 500)
    void anySplitOfTheArgumentsGivesTheSameCalls(
            @ForAll("turns") List<Meant> turn,
            @ForAll boolean withIndex,
            @ForAll boolean withIds,
            @ForAll boolean repeatId,
            @ForAll boolean repeatName,
            @ForAll java.util.Random random) {
        var assembler = new CallAssembler(TOOLS::contains);
        for (int i = 0; i < turn.size(); i++) {
            String rest = turn.get(i).arguments();
            boolean first = true;
            while (first || !rest.isEmpty()) {
                int length = first && random.nextBoolean() ? 0 : random.nextInt(rest.length()) + 1;
                assembler.accept(
                        delta(
                                withIndex ? i : -1,
                                (withIds || repeatId) && (first || repeatId) ? "id" + i : "",
                                first || (repeatName && repeatId) ? turn.get(i).name() : "",
                                rest.substring(0, length)));
                rest = rest.substring(length);
                first = false;
            }
        }
        assertThat(assembler.calls())
                .extracting(call -> new Meant(call.name(), call.arguments()))
                .containsExactlyElementsOf(turn);
    }

    private static ObjectNode delta(int index, String id, String name, String arguments) {
        ObjectNode delta = Json.object();
        if (index >= 0) {
            delta.put("index", index);
        }
        if (!id.isEmpty()) {
            delta.put("id", id);
        }
        ObjectNode function = Json.object().put("arguments", arguments);
        if (!name.isEmpty()) {
            function.put("name", name);
        }
        delta.set("function", function);
        return delta;
    }
}
