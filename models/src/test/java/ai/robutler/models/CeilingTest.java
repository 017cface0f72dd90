package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Completer;
import ai.robutler.core.Cost;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.ModelName;
import ai.robutler.core.ModelProvider;
import ai.robutler.core.Settings;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

class CeilingTest {
    static final Catalog CATALOG = catalog();
    static final ModelProvider OPENAI = new OpenAiFactory().create(settings("{'api-key':'k'}"));
    static final ModelProvider ANTHROPIC =
            new AnthropicFactory().create(settings("{'api-key':'k'}"));
    static final ModelProvider CACHING =
            new AnthropicFactory().create(settings("{'api-key':'k','cache':'auto'}"));
    static final ModelProvider WIDER =
            new AnthropicFactory().create(settings("{'api-key':'k','betas':['context-9m']}"));

    /** A dollar a million is 1,000 nano-dollars a token. */
    private static Catalog catalog() {
        try {
            return Catalog.builtIn()
                    .with(
"""
openai/plain: { window: 100000, output: 1000, price: { input: 1, cached: 0.1, cache-write: 2, output: 10 } }
openai/open: { window: 100000, price: { input: 1, output: 10 } }
openai/wide: { output: 1000, price: { input: 1, output: 10 } }
openai/free: { window: 100000, output: 1000 }
openai/tiers: { window: 100000, output: 1000, price: { input: 1, output: 10, above: { 4000: { input: 3, output: 30 }, 50000: {} } } }
openai/plain-search-preview: { window: 100000, output: 1000, price: { input: 1, output: 10 } }
anthropic/claude-plain: { window: 100000, output: 1000, price: { input: 1, cached: 0.1, cache-write: 1.25, output: 10 } }
""");
        } catch (CatalogException e) {
            throw new AssertionError(e);
        }
    }

    private static Settings settings(String json) {
        Settings settings = OpenAi.settings(json.replace('\'', '"'), Map.of());
        Catalog _ = settings.shared(Catalog.class, () -> CATALOG);
        return settings;
    }

    @AfterAll
    static void closeAll() {
        List.of(OPENAI, ANTHROPIC, CACHING, WIDER).forEach(ModelProvider::close);
    }

    private static ChatRequest request(String json) {
        return new ChatRequest(Json.parseObject(json.replace('\'', '"')));
    }

    private static Cost of(String model, String json) {
        return OPENAI.model(model).ceiling(request(json));
    }

    /** "Hi": what is around it, and two bytes. */
    private static final long HI = 512 + 32 + 2;

    private static String hi(String more) {
        return "{'messages':[{'role':'user','content':'Hi'}]" + more + "}";
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1000",
        "',\"max_tokens\":7', 7",
        "',\"max_completion_tokens\":7', 7",
        "',\"max_completion_tokens\":7,\"max_tokens\":9', 9",
        "',\"max_tokens\":999999999', 1000",
        "',\"max_tokens\":null', 1000",
        "',\"max_tokens\":-1', 1000",
        "',\"max_tokens\":\"7\"', 1000",
        "',\"max_tokens\":7,\"n\":3', 21",
        "',\"n\":null', 1000",
    })
    void anAnswerIsAsLongAsItMayBe(String more, long output) {
        assertThat(of("plain", hi(more))).isEqualTo(new Cost.Known(HI * 2_000 + output * 10_000));
    }

    @Test
    void withoutAnyLimitNobodyCanTell() {
        assertThat(of("open", hi(""))).isEqualTo(Cost.unknown());
        assertThat(of("open", hi(",'max_tokens':7")).isKnown()).isTrue();
    }

    @Test
    void withoutPricesNobodyCanTell() {
        assertThat(of("free", hi(""))).isEqualTo(Cost.unknown());
        assertThat(of("nobody-knows", hi(",'max_tokens':7"))).isEqualTo(Cost.unknown());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",'web_search_options':{}",
                ",'tools':[{'type':'web_search_20250305','name':'web_search'}]",
                ",'tools':[{'google_search':{}}]",
                ",'tools':[{'type':'function'}]",
                ",'search_parameters':{'mode':'on'}",
                ",'plugins':[{'id':'web'}]",
                ",'mcp_servers':[{'url':'https://x'}]",
                ",'speed':'fast'",
                ",'not_invented_yet':1",
                ",'service_tier':'priority'",
                ",'modalities':['text','audio']",
                ",'audio':{'voice':'x'}",
                ",'n':0",
                ",'n':'2'",
                ",'n':9223372036854775807",
                ",'max_tokens':7,'messages':[{'role':'user','content':[{'type':'input_audio'}]}]",
                ",'messages':[{'role':'user','content':[{'type':'video_url'}]}]",
                ",'messages':[{'role':'assistant','audio':{'id':'a'}}]",
                ",'messages':[{'role':'assistant','anthropic_content':[{'type':'odd'}]}]",
                ",'cache_control':{'type':'ephemeral','ttl':'1h'}",
            })
    void whatHasPricesOfItsOwnIsUnknown(String more) {
        assertThat(of("plain", hi(more))).isEqualTo(Cost.unknown());
    }

    @Test
    void aModelThatSearchesIsUnknown() {
        assertThat(of("plain-search-preview", hi(""))).isEqualTo(Cost.unknown());
    }

    @Test
    void whatChangesNoPriceIsNoReasonNotToKnow() {
        assertThat(
                        of(
                                "plain",
                                hi(
                                        ",'temperature':0.5,'top_p':1,'stop':['a'],'user':'u','seed':1,"
                                                + "'reasoning_effort':'high','service_tier':'auto',"
                                                + "'stream':true,'stream_options':{'include_usage':true},"
                                                + "'metadata':{'a':'b'},'web_search_options':null")))
                .isEqualTo(of("plain", hi("")));
    }

    @Test
    void neverMoreThanTheWindow() {
        String all = ",'messages':[{'role':'user','content':'%s'}]".formatted("é".repeat(80_000));
        assertThat(of("plain", hi(all)))
                .isEqualTo(new Cost.Known(100_000L * 2_000 + 1000 * 10_000));
        assertThat(of("wide", hi(all)))
                .isEqualTo(new Cost.Known((512 + 32 + 160_000L) * 1_000 + 1000 * 10_000));
    }

    @Test
    void longPromptsHaveTheirOwnPrices() {
        String few = ",'messages':[{'role':'user','content':'%s'}]".formatted("x".repeat(3_000));
        String some = ",'messages':[{'role':'user','content':'%s'}]".formatted("x".repeat(4_000));
        String many = ",'messages':[{'role':'user','content':'%s'}]".formatted("x".repeat(60_000));
        assertThat(of("tiers", hi(few))).isEqualTo(new Cost.Known(3_544 * 1_000 + 1000 * 10_000));
        assertThat(of("tiers", hi(some))).isEqualTo(new Cost.Known(4_544 * 3_000 + 1000 * 30_000));
        assertThat(of("tiers", hi(many))).isEqualTo(Cost.unknown());
    }

    @ParameterizedTest
    @CsvSource({
        "image_url, '{\"url\":\"https://x/y.png\"}', openai, 25000",
        "image_url, '{\"url\":\"data:image/png;base64,AAAA\"}', openai, 25000",
        "image_url, '{\"url\":\"data:application/pdf;base64,AAAA\"}', openai, 100000",
        "file, '{\"file_id\":\"f\"}', openai, 100000",
        "image_url, '{\"url\":\"https://x/y.png\"}', anthropic, 5000",
        "image, '{\"type\":\"base64\",\"data\":\"AAAA\"}', anthropic, 5000",
        "document, '{}', anthropic, 100000",
        "image_url, '{\"url\":\"data:application/pdf;base64,AAAA\"}', anthropic, 100000",
    })
    void partsThatAreNotTextHaveTheirBounds(
            String type, String value, String provider, long tokens) {
        String json =
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"%s\",\"%s\":%s}]}]}"
                        .formatted(type, type.equals("image") ? "source" : type, value);
        boolean openai = provider.equals("openai");
        Completer model = openai ? OPENAI.model("plain") : ANTHROPIC.model("claude-plain");
        long prompt = tokens == 100_000 ? tokens : tokens + 512 + 32 + 32;
        assertThat(model.ceiling(request(json)))
                .isEqualTo(new Cost.Known(prompt * (openai ? 2_000 : 1_000) + 1000 * 10_000));
        assertThat(OPENAI.model("wide").ceiling(request(json)).isKnown())
                .isEqualTo(tokens == 25_000 || tokens == 5_000);
    }

    @Test
    void imagesAtProvidersThatSayNothingTakeTheWholeWindow() {
        var groq =
                new OpenAiFactory(
                                Dialects.ALL.stream()
                                        .filter(row -> row.name().equals("groq"))
                                        .findFirst()
                                        .orElseThrow())
                        .create(settings("{'api-key':'k'}"));
        try (groq) {
            String image =
                    "{'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':"
                            + "'https://x'}}]}]}";
            // 0.15 and 0.6 dollars.
            assertThat(groq.model("openai/gpt-oss-120b").ceiling(request(image)))
                    .isEqualTo(new Cost.Known(131_072L * 150 + 65_536 * 600));
        }
    }

    @Test
    void writingToAnthropicsCacheIsDearer() {
        long answer = 1000 * 10_000;
        assertThat(ANTHROPIC.model("claude-plain").ceiling(request(hi(""))))
                .isEqualTo(new Cost.Known(HI * 1_000 + answer));
        assertThat(CACHING.model("claude-plain").ceiling(request(hi(""))))
                .isEqualTo(new Cost.Known(HI * 1_250 + answer));
        String marked =
                "{'messages':[{'role':'user','content':[{'type':'text','text':'Hi',"
                        + "'cache_control':{'type':'ephemeral'}}]}]}";
        assertThat(ANTHROPIC.model("claude-plain").ceiling(request(marked)))
                .isEqualTo(new Cost.Known((HI + 32) * 1_250 + answer));
        assertThat(
                        ANTHROPIC
                                .model("claude-plain")
                                .ceiling(request(marked.replace("l'}", "l','ttl':'1h'}"))))
                .isEqualTo(Cost.unknown());
    }

    @Test
    void anthropicIsAskedForWhatItsModelHas() {
        // No limit in the catalog: that of the family is sent.
        String more = ",'thinking':{'type':'enabled','budget_tokens':2000000000}";
        assertThat(ANTHROPIC.model("claude-plain").ceiling(request(hi(more))))
                .isEqualTo(new Cost.Known(HI * 1_000 + 1000 * 10_000));
        assertThat(WIDER.model("claude-plain").ceiling(request(hi(",'max_tokens':5000"))))
                .isEqualTo(new Cost.Known(HI * 1_000 + 5000 * 10_000));
    }

    @Test
    void aRouteCostsWhatItsDearestPlaceDoes() {
        Completer cheap = fixed(new Cost.Known(1));
        Completer dear = fixed(new Cost.Known(5));
        Completer unknown = fixed(Cost.unknown());
        ChatRequest request = ChatRequest.of("Hi");
        assertThat(route(List.of(cheap, dear), List.of()).ceiling(request))
                .isEqualTo(new Cost.Known(5));
        assertThat(route(List.of(cheap), List.of(dear)).ceiling(request))
                .isEqualTo(new Cost.Known(5));
        assertThat(route(List.of(cheap), List.of(unknown)).ceiling(request))
                .isEqualTo(Cost.unknown());
        assertThat(route(List.of(unknown, dear), List.of()).ceiling(request))
                .isEqualTo(Cost.unknown());
    }

    private static Router route(List<Completer> stages, List<Completer> larger) {
        return new Router(
                stages.stream().map(model -> List.of(place(model))).toList(),
                larger.stream().map(CeilingTest::place).toList(),
                Attempts.of(1),
                Duration.ofSeconds(1));
    }

    private static Deployment place(Completer model) {
        var target = new Route.Target(ModelName.parse("a/b"), 1, 0);
        return new Deployment(target, 0, model);
    }

    private static Completer fixed(Cost ceiling) {
        return new Fixed(ceiling);
    }

    /** Only what it can cost matters. */
    private record Fixed(Cost cost) implements Completer {
        @Override
        public ChatCompletion complete(ChatRequest request, Deadline deadline) {
            throw new AssertionError("nobody calls");
        }

        @Override
        public ChatStream stream(ChatRequest request, Deadline deadline) {
            throw new AssertionError("nobody calls");
        }

        @Override
        public Cost ceiling(ChatRequest request) {
            return cost;
        }
    }

    @Test
    void offlineCostsNothing() {
        assertThat(new OfflineModel().ceiling(ChatRequest.of("Hi"))).isEqualTo(Cost.zero());
    }

    @Test
    void aSchemaThatGrowsWithoutEndIsUnknown() {
        ObjectNode schema = Json.object();
        for (int i = 0; i < 90; i++) {
            ObjectNode outer = Json.object();
            outer.set("type", Json.parse("[\"object\",\"array\",\"null\"]"));
            outer.set("items", schema);
            schema = outer;
        }
        ObjectNode tool = Json.parseObject("{\"type\":\"function\",\"function\":{\"name\":\"f\"}}");
        tool.withObject("/function").set("parameters", schema);
        ChatRequest request = ChatRequest.of("Hi").with("tools", Json.array(tool));
        assertThat(OPENAI.model("plain").ceiling(request)).isEqualTo(Cost.unknown());
    }

    /** Far below the cost of writing such a request down. */
    @Test
    void itIsQuicklyTold() {
        ObjectNode json = Json.object();
        var messages = json.putArray("messages");
        for (int i = 0; i < 20; i++) {
            messages.addObject()
                    .put("role", i % 2 == 0 ? "user" : "assistant")
                    .put("content", "What will the weather be like in Paris tomorrow? ".repeat(10));
        }
        var tools = json.putArray("tools");
        for (int i = 0; i < 8; i++) {
            tools.add(
                    Json.parse(
"""
{"type":"function","function":{"name":"forecast","description":"The weather at a place on coming days.",
"parameters":{"type":"object","properties":{"place":{"type":"string","description":"A city, with its country"},
"days":{"type":"integer","description":"How many days from today, 1 to 16"}},"required":["place"]}}}"""));
        }
        var request = new ChatRequest(json);
        Completer model = OPENAI.model("plain");
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 30; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                assertThat(model.ceiling(request).isKnown()).isTrue();
            }
            best = Math.min(best, (System.nanoTime() - start) / 200);
        }
        assertThat(best).isLessThan(TimeUnit.MICROSECONDS.toNanos(200));
    }
}
