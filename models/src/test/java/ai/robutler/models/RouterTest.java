package ai.robutler.models;

import static ai.robutler.models.OpenAi.soon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.Cost;
import ai.robutler.core.Deadline;
import ai.robutler.core.Json;
import ai.robutler.core.ProviderException;
import ai.robutler.core.ProviderHealth;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

class RouterTest {
    private static final String CHAIN =
            "{\"models\":{\"fast\":{\"deployments\":[\"a/m1\"],\"fallbacks\":[\"b/m2\",\"c/m3\"]}}}";
    private static final String EVEN = "{\"models\":{\"fast\":[\"a/m1\",\"b/m2\"]}}";

    private static String ask(Fleet fleet, String model) {
        return fleet.model(model).complete(ChatRequest.of("Hi"), soon()).text();
    }

    private static ProviderException failure(Fleet fleet, String model) {
        return catchThrowableOfType(ProviderException.class, () -> ask(fleet, model));
    }

    private static Reply always(ScriptedProvider wire, Reply reply) {
        wire.always(_ -> reply);
        return reply;
    }

    @Test
    void theAnswerNamesTheDeploymentThatServed() {
        try (var fleet = Fleet.routing(CHAIN)) {
            fleet.wire("a").answer(Reply.error(500, "down"));
            fleet.wire("b").answer("Hello from b");
            var answer = fleet.model("fast").complete(ChatRequest.of("Hi"), soon());
            assertThat(answer.text()).isEqualTo("Hello from b");
            assertThat(answer.json().path("model").stringValue()).isEqualTo("b/m2");
            assertThat(fleet.wire("b").requests().getFirst().json().path("model").stringValue())
                    .isEqualTo("m2");
        }
    }

    @Test
    void soDoTheChunksOfAStream() {
        try (var fleet = Fleet.routing(CHAIN)) {
            fleet.wire("a").answer(Reply.text("no").hangAfter(0).cutBeforeHeaders());
            fleet.wire("b").answer("Hello from b");
            var chunks = OpenAi.all(fleet.model("fast").stream(ChatRequest.of("Hi"), soon()));
            assertThat(OpenAi.text(chunks)).isEqualTo("Hello from b");
            assertThat(chunks)
                    .allMatch(chunk -> chunk.json().path("model").asString().equals("b/m2"));
        }
    }

    @Test
    void weightsShareTheCalls() {
        String config =
                "{\"models\":{\"fast\":{\"deployments\":["
                        + "{\"model\":\"a/m\",\"weight\":3},{\"model\":\"b/m\"}]}}}";
        try (var fleet = Fleet.routing(config)) {
            always(fleet.wire("a"), Reply.text("a"));
            always(fleet.wire("b"), Reply.text("b"));
            for (int i = 0; i < 400; i++) {
                ask(fleet, "fast");
            }
            assertThat(fleet.wire("a").requests()).hasSizeBetween(240, 360);
            assertThat(fleet.requests()).isEqualTo(400);
        }
    }

    @Test
    void fallbacksAreTriedInTheirOrder() {
        try (var fleet = Fleet.routing(CHAIN)) {
            fleet.wire("a").answer(Reply.error(503, "down"));
            fleet.wire("b").answer(Reply.error(429, "slow down"));
            fleet.wire("c").answer("c");
            assertThat(ask(fleet, "fast")).isEqualTo("c");
            assertThat(fleet.requests()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403, 404})
    void aDeadKeyDoesNotTakeTheServiceDown(int status) {
        try (var fleet = Fleet.routing(CHAIN)) {
            always(fleet.wire("a"), Reply.error(status, "no"));
            always(fleet.wire("b"), Reply.text("b"));
            for (int i = 0; i < 5; i++) {
                assertThat(ask(fleet, "fast")).isEqualTo("b");
            }
            // It is passed over for a while, and the operator can see why.
            assertThat(fleet.wire("a").requests()).hasSize(1);
            assertThat(fleet.health())
                    .filteredOn(health -> health.name().equals("a"))
                    .singleElement()
                    .satisfies(
                            health -> {
                                assertThat(health.circuit())
                                        .isEqualTo(ProviderHealth.Circuit.CLOSED);
                                assertThat(health.detail()).contains("The model provider a");
                            });
        }
    }

    @Test
    void aRejectedRequestIsNotTriedElsewhere() {
        try (var fleet = Fleet.routing(CHAIN)) {
            fleet.wire("a").answer(Reply.error(400, "bad temperature").param("temperature"));
            ProviderException failure = failure(fleet, "fast");
            assertThat(failure.status()).isEqualTo(400);
            assertThat(failure).hasMessage("bad temperature");
            assertThat(fleet.requests()).isEqualTo(1);
        }
    }

    @Test
    void oneBudgetHoldsForRetriesAndFallbacks() {
        try (var fleet =
                Fleet.routing("{\"attempts\":3}", EVEN.replace("{\"m", "{\"attempts\":4,\"m"))) {
            always(fleet.wire("a"), Reply.error(500, "down"));
            always(fleet.wire("b"), Reply.error(500, "down"));
            assertThat(failure(fleet, "fast").status()).isEqualTo(502);
            assertThat(fleet.requests()).isEqualTo(4);
            assertThat(fleet.wire("a").requests()).hasSize(2);
        }
    }

    @Test
    void nothingIsRepeatedBehindTheFirstChunk() {
        try (var fleet = Fleet.routing(CHAIN)) {
            fleet.wire("a").answer(Reply.text("Hello there").cutAfter(1));
            assertThatThrownBy(
                            () ->
                                    OpenAi.all(
                                            fleet.model("fast").stream(
                                                    ChatRequest.of("Hi"), soon())))
                    .isInstanceOf(ProviderException.Transient.class);
            assertThat(fleet.requests()).isEqualTo(1);
        }
    }

    @Test
    void adviceToWaitIsTakenElsewhere() {
        try (var fleet = Fleet.routing(CHAIN)) {
            always(fleet.wire("a"), Reply.error(429, "slow down").header("Retry-After", "30"));
            always(fleet.wire("b"), Reply.text("b"));
            for (int i = 0; i < 5; i++) {
                assertThat(ask(fleet, "fast")).isEqualTo("b");
            }
            assertThat(fleet.wire("a").requests()).hasSize(1);
        }
    }

    @Test
    void whoHasNothingLeftIsPassedOver() {
        try (var fleet = Fleet.routing(CHAIN)) {
            always(
                    fleet.wire("a"),
                    Reply.text("a")
                            .header("x-ratelimit-remaining-requests", "0")
                            .header("x-ratelimit-reset-requests", "30s"));
            always(fleet.wire("b"), Reply.text("b"));
            assertThat(ask(fleet, "fast")).isEqualTo("a");
            assertThat(ask(fleet, "fast")).isEqualTo("b");
            assertThat(ask(fleet, "fast")).isEqualTo("b");
        }
    }

    @Test
    void withNobodyElseItIsAskedAllTheSame() {
        try (var fleet = Fleet.routing(EVEN)) {
            for (String name : List.of("a", "b")) {
                always(
                        fleet.wire(name),
                        Reply.text(name)
                                .header("x-ratelimit-remaining-tokens", "0")
                                .header("x-ratelimit-reset-tokens", "30s"));
            }
            for (int i = 0; i < 4; i++) {
                assertThat(ask(fleet, "fast")).isIn("a", "b");
            }
        }
    }

    @Test
    void anOpenBreakerIsNotTried() {
        try (var fleet = Fleet.routing(CHAIN)) {
            always(fleet.wire("a"), Reply.error(500, "down"));
            always(fleet.wire("b"), Reply.text("b"));
            for (int i = 0; i < 30; i++) {
                assertThat(ask(fleet, "fast")).isEqualTo("b");
            }
            assertThat(fleet.wire("a").requests()).hasSize(20);
        }
    }

    @Test
    void withAllBreakersOpenACallFailsFast() {
        try (var fleet = Fleet.routing(EVEN)) {
            always(fleet.wire("a"), Reply.error(500, "down"));
            always(fleet.wire("b"), Reply.error(500, "down"));
            for (int i = 0; i < 18; i++) {
                failure(fleet, "fast");
            }
            int before = fleet.requests();
            ProviderException failure = failure(fleet, "fast");
            assertThat(failure).isInstanceOf(ProviderException.Unavailable.class);
            assertThat(failure.status()).isEqualTo(503);
            assertThat(failure.retryAfter()).isPositive();
            assertThat(fleet.requests()).isEqualTo(before);
        }
    }

    @Test
    void aPromptThatIsTooLongFallsToALargerWindow() {
        String config =
                "{\"models\":{\"fast\":{\"deployments\":[\"a/m\"],\"fallbacks\":[\"b/m\"],"
                        + "\"context-fallbacks\":[\"c/large\"]}}}";
        try (var fleet = Fleet.routing(config)) {
            fleet.wire("a")
                    .answer(Reply.error(400, "too long").code("context_length_exceeded"))
                    .answer(Reply.error(400, "prompt is too long: 300000 tokens > 200000"));
            always(fleet.wire("c"), Reply.text("c"));
            assertThat(ask(fleet, "fast")).isEqualTo("c");
            assertThat(ask(fleet, "fast")).isEqualTo("c");
            assertThat(fleet.wire("b").requests()).isEmpty();
        }
    }

    @Test
    void tooLongEverywhereIsToldInTheProvidersWords() {
        String config =
                "{\"models\":{\"fast\":{\"deployments\":[\"a/m\"],\"context-fallbacks\":[\"c/m\"]}}}";
        try (var fleet = Fleet.routing(config)) {
            fleet.wire("a").answer(Reply.error(400, "a").code("context_length_exceeded"));
            fleet.wire("c").answer(Reply.error(400, "c").code("context_length_exceeded"));
            ProviderException failure = failure(fleet, "fast");
            assertThat(failure.status()).isEqualTo(400);
            assertThat(failure.code()).isEqualTo("context_length_exceeded");
        }
    }

    @Test
    void aKnownWindowSparesTheCall() {
        String config =
                "{\"models\":{\"fast\":{\"deployments\":[{\"model\":\"a/m\",\"window\":10}],"
                        + "\"context-fallbacks\":[\"c/m\"]}}}";
        try (var fleet = Fleet.routing(config)) {
            always(fleet.wire("a"), Reply.text("a"));
            always(fleet.wire("c"), Reply.text("c"));
            assertThat(ask(fleet, "fast")).isEqualTo("a");
            var longer = ChatRequest.of("word ".repeat(100));
            assertThat(fleet.model("fast").complete(longer, soon()).text()).isEqualTo("c");
        }
    }

    @Test
    void aSilentPlaceDoesNotEatUpAllOfTheTime() {
        try (var fleet = Fleet.routing(CHAIN)) {
            always(fleet.wire("a"), Reply.text("no").hangBeforeHeaders());
            always(fleet.wire("b"), Reply.text("b"));
            var answer =
                    fleet.model("fast")
                            .complete(ChatRequest.of("Hi"), Deadline.after(Duration.ofSeconds(6)));
            assertThat(answer.text()).isEqualTo("b");
        }
    }

    @Test
    void theRoutersOwnKeyWinsForCallsThroughIt() {
        String config =
                "{\"api-keys\":{\"a\":\"sk-own\"},\"models\":{\"fast\":[\"a/m\"],\"other\":[\"b/m\"]}}";
        try (var fleet =
                Fleet.routing("{\"headers\":{\"AUTHORIZATION\":\"Bearer old\"}}", config)) {
            for (String name : List.of("a", "b")) {
                always(fleet.wire(name), Reply.text(name));
            }
            ask(fleet, "fast");
            ask(fleet, "a/gpt-4o");
            ask(fleet, "other");
            fleet.shared("a").model("m").complete(ChatRequest.of("Hi"), soon());
            assertThat(fleet.wire("a").requests())
                    .extracting(request -> request.header("Authorization").orElse(""))
                    .containsExactly("Bearer sk-own", "Bearer sk-own", "Bearer old");
            assertThat(fleet.wire("a").requests().get(1).json().path("model").asString())
                    .isEqualTo("gpt-4o");
            assertThat(fleet.wire("b").requests().getFirst().header("Authorization"))
                    .contains("Bearer old");
            assertThat(fleet.litellm().health())
                    .extracting(ProviderHealth::name)
                    .containsExactly("litellm/a");
        }
    }

    @Test
    void eachKeyHasABreakerOfItsOwn() {
        String config = "{\"api-keys\":{\"a\":\"sk-own\"},\"attempts\":1}";
        try (var fleet = Fleet.routing("{\"attempts\":1}", config)) {
            always(fleet.wire("a"), Reply.error(500, "down"));
            for (int i = 0; i < 20; i++) {
                failure(fleet, "a/m");
            }
            assertThat(failure(fleet, "a/m")).isInstanceOf(ProviderException.Unavailable.class);
            always(fleet.wire("a"), Reply.text("well"));
            var direct = fleet.shared("a").model("m").complete(ChatRequest.of("Hi"), soon());
            assertThat(direct.text()).isEqualTo("well");
        }
    }

    @Test
    void noRequestDecidesWhereItGoesOrSeesAKey() {
        try (var fleet = Fleet.routing(CHAIN);
                var thief = ScriptedProvider.start()) {
            always(fleet.wire("a"), Reply.text("a"));
            var request = ChatRequest.of("Hi");
            for (String field : new String[] {"api_base", "base_url", "api_key", "litellm_x"}) {
                request = request.with(field, Json.tree(thief.baseUrl()));
            }
            var list = Json.array(Json.object().put("api_base", thief.baseUrl()));
            request = request.with("model_list", list).with("fallbacks", list);
            request = request.withModel("b/other").with("not_invented_yet", Json.tree(1));
            String answer = Json.write(fleet.model("fast").complete(request, soon()).json());
            assertThat(thief.requests()).isEmpty();
            assertThat(fleet.wire("b").requests()).isEmpty();
            var sent = fleet.wire("a").requests().getFirst();
            assertThat(sent.text()).doesNotContain("127.0.0.1").contains("not_invented_yet");
            assertThat(answer).doesNotContain(Fleet.SHARED_KEY);
        }
    }

    @Test
    void whatNoAliasNamesGoesToTheProxy() {
        try (var proxy = ScriptedProvider.start()) {
            String config =
                    "{\"base-url\":\"%s\",\"api-key\":\"sk-proxy\",\"models\":{\"fast\":[\"a/m\"],\"far\":\"litellm/x\"}}"
                            .formatted(proxy.baseUrl());
            try (var fleet = Fleet.routing(config)) {
                proxy.always(_ -> Reply.text("proxy"));
                always(fleet.wire("a"), Reply.text("a"));
                assertThat(ask(fleet, "fast")).isEqualTo("a");
                assertThat(ask(fleet, "gpt-4o")).isEqualTo("proxy");
                assertThat(ask(fleet, "openai/gpt-4o")).isEqualTo("proxy");
                assertThat(ask(fleet, "far")).isEqualTo("proxy");
                assertThat(proxy.requests())
                        .extracting(request -> request.json().path("model").asString())
                        .containsExactly("gpt-4o", "openai/gpt-4o", "x");
                assertThat(proxy.requests())
                        .allMatch(
                                request ->
                                        request.header("Authorization")
                                                .orElse("")
                                                .equals("Bearer sk-proxy"));
                var answer = fleet.model("gpt-4o").complete(ChatRequest.of("Hi"), soon());
                assertThat(answer.json().path("model").asString()).isEqualTo("gpt-4o");
            }
        }
    }

    @Test
    void aTurnCostsWhatItsPlaceSays() {
        try (var fleet =
                Fleet.routing(
                        "{\"models\":{\"x\":[\"offline/rules\"],\"y\":[\"offline/rules\",\"a/m\"]}}")) {
            var model = fleet.model("x");
            var turn = model.complete(ChatRequest.of("Hi"), soon());
            assertThat(turn.json().path("model").asString()).isEqualTo("offline/rules");
            assertThat(model.cost(turn)).isEqualTo(Cost.zero());
            assertThat(model.isPriced()).isTrue();
            assertThat(fleet.model("y").isPriced()).isFalse();
            assertThat(fleet.model("a/m").cost(turn).isKnown()).isFalse();
        }
    }

    @Test
    void whoBringsNoBreakerGetsOne() {
        try (var fleet = Fleet.routing("{\"models\":{\"x\":[\"offline/rules\"]}}")) {
            assertThat(ask(fleet, "x")).isNotEmpty();
            assertThat(fleet.litellm().health())
                    .extracting(ProviderHealth::name)
                    .contains("litellm/offline");
        }
    }
}
