package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatMessage;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.Completer;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.Settings;
import ai.robutler.core.ToolCall;
import ai.robutler.core.ToolDefinition;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class OfflineModelTest {
    private static final ToolDefinition CALCULATE =
            tool(
                    "calculate",
                    "Calculates an arithmetic expression exactly.",
                    "{'expression':{'type':'string'}}",
                    "expression");
    private static final ToolDefinition WEATHER =
            tool(
                    "current_weather",
                    "The current weather at a place.",
                    "{'place':{'type':'string'}}",
                    "place");
    private static final ToolDefinition FORECAST =
            tool(
                    "forecast",
                    "The weather forecast for the next days.",
                    "{'place':{'type':'string'},'days':{'type':'integer','minimum':1,'maximum':16}}",
                    "place",
                    "days");
    private static final ToolDefinition TIME =
            tool(
                    "current_time",
                    "The current time in a time zone.",
                    "{'zone':{'type':'string'}}",
                    "zone");
    private static final ToolDefinition USE_WEATHER =
            tool("use_weather", "Current weather and forecasts, anywhere.", "{}");
    private static final ToolDefinition USE_CALCULATOR =
            tool("use_calculator", "Calculates exactly, whatever the expression.", "{}");

    private final ModelProvider provider = new OfflineFactory().create(Settings.empty());
    private final Completer model = provider.model("rules");

    private static ToolDefinition tool(
            String name, String description, String properties, String... required) {
        var schema = Json.object().put("type", "object");
        schema.set("properties", Json.parseObject(properties.replace('\'', '"')));
        schema.set("required", Json.tree(required));
        return ToolDefinition.function(name, description, schema);
    }

    private ChatCompletion answer(ChatRequest request) {
        return model.complete(request, Deadline.after(Duration.ofSeconds(5)));
    }

    private ToolCall call(String question, ToolDefinition... tools) {
        ChatCompletion completion = answer(ChatRequest.of(question).withTools(List.of(tools)));
        assertThat(completion.finishReason()).as(completion.text()).isEqualTo("tool_calls");
        assertThat(completion.message().toolCalls()).hasSize(1);
        return completion.message().toolCalls().getFirst();
    }

    private static ChatRequest answered(
            String question, ToolDefinition tool, String arguments, String result) {
        var call = ToolCall.function("call_1", tool.name(), arguments);
        return ChatRequest.of(
                        ChatMessage.user(question),
                        ChatMessage.assistant("").withToolCalls(List.of(call)),
                        ChatMessage.tool("call_1", result))
                .withTools(List.of(tool));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What is 17 * 23? | 17 * 23",
                "what's 2+2 | 2+2",
                "Calculate (1 + 2) * 3, please. | (1 + 2) * 3",
                "How much is 17 times 23? | 17 * 23",
                "What is 10 divided by 4 plus 1? | 10 / 4 + 1",
                "15% of 80? | 15 / 100 * 80",
                "What is the square root of 144? | sqrt(144)",
                "compute 2 to the power of 10 | 2 ^ 10",
                "What is 1,000,000 - 1? | 1000000 - 1",
                "On 2026-11-23 I had 7 x 6 apples | 7 * 6",
                "What is -5 + 3? | -5 + 3",
                "Is it (as I think) 3 * (4 - 1)? | 3 * (4 - 1)",
                "max(3, 4) * 2 = ? | max(3, 4) * 2"
            })
    void findsTheExpression(String question, String expression) {
        ToolCall call = call(question, WEATHER, TIME, CALCULATE);
        assertThat(call.name()).isEqualTo("calculate");
        assertThat(Json.parseObject(call.arguments()).path("expression").asString())
                .isEqualTo(expression);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What is the weather in Paris? | Paris",
                "What's the weather like in New York today? | New York",
                "Is it raining in São Paulo right now? | São Paulo",
                "weather in berlin please | berlin",
                "How cold is it at Rio de Janeiro? | Rio de Janeiro",
                "Paris weather? | Paris",
                "Will I need an umbrella in St. Gallen tomorrow? | St. Gallen",
                "Tell me the temperature in Paris, France. Thanks! | Paris, France"
            })
    void findsThePlace(String question, String place) {
        ToolCall call = call(question, CALCULATE, WEATHER, TIME);
        assertThat(call.name()).isEqualTo("current_weather");
        assertThat(Json.parseObject(call.arguments()).path("place").asString()).isEqualTo(place);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What is the forecast for Oslo for 3 days? | 3",
                "Forecast for Oslo for the next week | 7",
                "Give me a 5-day forecast in Oslo | 5",
                "Weather forecast for 99 days in Oslo? | 16"
            })
    void findsNumbersWithinTheirBounds(String question, int days) {
        ToolCall call = call(question, WEATHER, FORECAST);
        assertThat(call.name()).isEqualTo("forecast");
        assertThat(Json.parseObject(call.arguments()))
                .isEqualTo(Json.object().put("place", "Oslo").put("days", days));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What time is it in Tokyo? | Asia/Tokyo",
                "What time is it in New York? | America/New_York",
                "What's the time in Europe/Berlin? | Europe/Berlin",
                "What time is it? | UTC",
                "what time is it in UTC+2 | UTC+2"
            })
    void findsTheZone(String question, String zone) {
        ToolCall call = call(question, WEATHER, CALCULATE, TIME);
        assertThat(call.name()).isEqualTo("current_time");
        assertThat(Json.parseObject(call.arguments()).path("zone").asString()).isEqualTo(zone);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What is the weather in Paris? | use_weather",
                "Will it rain tomorrow in Paris? | use_weather",
                "What is 17 * 23? | use_calculator",
                "What time is it in Tokyo? | current_time"
            })
    void handsOver(String question, String tool) {
        assertThat(call(question, TIME, USE_WEATHER, USE_CALCULATOR).name()).isEqualTo(tool);
    }

    @Test
    void aHandoverHasNoArguments() {
        assertThat(call("What is the weather in Paris?", USE_WEATHER).arguments()).isEqualTo("{}");
    }

    @Test
    void theResultOfACalculationIsAnEquation() {
        String text =
                answer(answered("17 * 23?", CALCULATE, "{\"expression\":\"17 * 23\"}", "391"))
                        .text();
        assertThat(text).startsWith("17 * 23 = 391").contains("no language model");
    }

    @Test
    void aResultInJsonIsWorded() {
        String result =
                """
                {"place":"Paris","temperature_c":12.50,"is_day":true,"wind":{"speed_kmh":9},"note":null}
                """;
        assertThat(answer(answered("Weather?", WEATHER, "{}", result)).text())
                .startsWith("Place: Paris, temperature c: 12.5, is day: true, wind speed kmh: 9.");
    }

    @Test
    void listsAndPlainTextAndNothingAreWorded() {
        assertThat(
                        answer(
                                        answered(
                                                "?",
                                                FORECAST,
                                                "{}",
                                                "{\"days\":[{\"max\":3},{\"max\":4}]}"))
                                .text())
                .startsWith("Days:\n- max: 3\n- max: 4");
        assertThat(answer(answered("?", TIME, "{}", "It is noon.")).text())
                .startsWith("It is noon.");
        assertThat(answer(answered("?", TIME, "{}", "")).text()).contains("gave no result");
    }

    @Test
    void aFailureIsCalledOne() {
        assertThat(answer(answered("?", WEATHER, "{}", "Error: unreachable")).text())
                .startsWith("The tool current_weather failed. Error: unreachable.");
        assertThat(answer(answered("?", WEATHER, "{}", "{\"error\":{\"message\":\"no\"}}")).text())
                .startsWith("The tool current_weather failed. Error: no.");
    }

    @Test
    void resultsOfToolsThatAreNotOfferedAreIgnored() {
        ChatRequest request =
                answered("What is the weather in Paris?", USE_WEATHER, "{}", "handed over");
        ChatCompletion completion = answer(request.withTools(List.of(WEATHER, FORECAST)));
        assertThat(completion.message().toolCalls())
                .singleElement()
                .matches(call -> call.name().equals("current_weather"));
    }

    @Test
    void anEarlierQuestionsResultsAreIgnored() {
        ChatRequest request = answered("17 * 23?", CALCULATE, "{}", "391");
        var messages = new ArrayList<>(request.messages());
        messages.add(ChatMessage.user("What is 2 + 2?"));
        assertThat(answer(request.withMessages(messages)).message().toolCalls()).hasSize(1);
    }

    @Test
    void theSameCallIsNotMadeTwice() {
        String arguments = call("What is 2 + 2?", CALCULATE).arguments();
        var call = ToolCall.function("c", "calculate", arguments);
        ChatRequest pending =
                ChatRequest.of(
                                ChatMessage.user("What is 2 + 2?"),
                                ChatMessage.assistant("").withToolCalls(List.of(call)))
                        .withTools(List.of(CALCULATE));
        assertThat(answer(pending).finishReason()).isEqualTo("stop");
        ChatRequest required =
                answered("What is 2 + 2?", CALCULATE, arguments, "4")
                        .with("tool_choice", Json.tree("required"));
        assertThat(answer(required).text()).contains("= 4").doesNotContain("tool_calls");
    }

    @Test
    void toolChoiceIsRespected() {
        ChatRequest request =
                ChatRequest.of("What is 2 + 2?").withTools(List.of(WEATHER, CALCULATE));
        assertThat(answer(request.with("tool_choice", Json.tree("none"))).finishReason())
                .isEqualTo("stop");
        JsonNode forced =
                Json.parse("{\"type\":\"function\",\"function\":{\"name\":\"current_weather\"}}");
        assertThat(answer(request.with("tool_choice", forced)).message().toolCalls())
                .singleElement()
                .matches(call -> call.name().equals("current_weather"));
        ChatRequest vague = ChatRequest.of("Hello").withTools(List.of(WEATHER));
        assertThat(answer(vague).finishReason()).isEqualTo("stop");
        assertThat(answer(vague.with("tool_choice", Json.tree("required"))).finishReason())
                .isEqualTo("tool_calls");
    }

    @Test
    void withoutAToolItSaysWhatItIs() {
        for (String question : List.of("Hello", "", "Write a poem about rain gutters and time.")) {
            String text = answer(ChatRequest.of(question)).text();
            assertThat(text).contains("no language model", "OPENAI_API_KEY");
        }
        assertThat(answer(new ChatRequest(Json.object())).text()).contains("OPENAI_API_KEY");
    }

    @Test
    void aQuestionThatLacksAnArgumentIsAskedBack() {
        ChatRequest request = ChatRequest.of("How is the weather?").withTools(List.of(WEATHER));
        assertThat(answer(request).text()).contains("current_weather", "place");
    }

    @Test
    void enumsListsFlagsAndObjectsAreFilledBySchema() {
        ToolDefinition tool =
                tool(
                        "play_music",
                        "Plays music.",
                        """
                        {'genre':{'type':'string','enum':['rock','jazz']},'loud':{'type':'boolean'},
                         'volume':{'type':'integer','maximum':11},'days':{'type':'array','items':{'enum':['monday','friday']}},
                         'options':{'type':'object','required':['speed'],'properties':{'speed':{'type':'number','default':2}}},
                         'title':{'type':['string','null']},'unused':{'type':'string'}}
                        """,
                        "genre",
                        "loud",
                        "options");
        ToolCall call = call("Play some jazz music at volume 12 on Friday, \"So What\"", tool);
        assertThat(Json.parseObject(call.arguments()))
                .isEqualTo(
                        Json.parseObject(
                                """
                                {"genre":"jazz","loud":false,"volume":11,"days":["friday"],
                                 "options":{"speed":2},"title":"So What"}
                                """));
    }

    @Test
    void wantedJsonIsGiven() {
        ChatRequest object =
                ChatRequest.of("Hi")
                        .with("response_format", Json.parse("{\"type\":\"json_object\"}"));
        assertThat(Json.parseObject(answer(object).text()).path("answer").asString()).isNotEmpty();
        JsonNode format =
                Json.parse(
                        """
                        {"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object",
                         "properties":{"place":{"type":"string"},"ok":{"type":"boolean"},"n":{"type":"integer","minimum":3},
                           "kind":{"enum":["a","b"]},"list":{"type":"array","items":{"type":"number"},"minItems":2},
                           "self":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},
                         "required":["place","ok","n","kind","list","self"]}}}
                        """);
        ChatRequest request =
                answered("?", WEATHER, "{}", "{\"place\":\"Paris\",\"n\":5}")
                        .with("response_format", format);
        var json = Json.parseObject(answer(request).text());
        assertThat(json.path("place").asString()).isEqualTo("Paris");
        assertThat(json.path("n").intValue()).isEqualTo(5);
        assertThat(json.path("kind").asString()).isEqualTo("a");
        assertThat(json.path("list").size()).isEqualTo(2);
    }

    @Test
    void aStreamSaysTheSameWordByWord() {
        ChatRequest request = ChatRequest.of("Hello");
        List<ChatChunk> chunks =
                OpenAi.all(model.stream(request, Deadline.after(Duration.ofSeconds(5))));
        assertThat(OpenAi.text(chunks)).isEqualTo(answer(request).text());
        assertThat(chunks.size()).isGreaterThan(10);
        assertThat(chunks.getLast().usage().completionTokens()).isPositive();
        assertThat(chunks.getLast().usage()).isEqualTo(answer(request).usage());
    }

    @Test
    void aStreamedCallIsTheSame() {
        ChatRequest request = ChatRequest.of("What is 2 + 2?").withTools(List.of(CALCULATE));
        List<ChatChunk> chunks =
                OpenAi.all(model.stream(request, Deadline.after(Duration.ofSeconds(5))));
        JsonNode call = chunks.get(1).json().at("/choices/0/delta/tool_calls/0");
        assertThat(call.path("index").intValue()).isZero();
        assertThat(call.at("/function/arguments").asString())
                .isEqualTo("{\"expression\":\"2 + 2\"}");
        assertThat(chunks.get(2).finishReason()).isEqualTo("tool_calls");
    }

    @Test
    void itIsAlwaysReadyAndHasOneModel() {
        assertThat(provider.defaultModel()).contains("rules");
        assertThatThrownBy(() -> provider.model("gpt-4"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("offline/rules");
    }
}
