package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.Json;
import ai.robutler.core.ModelProvider;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.node.ObjectNode;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

final class LazyCatalogTest {
    private final AtomicInteger reads = new AtomicInteger();
    private final Catalog catalog =
            new Catalog(
                    () -> {
                        reads.incrementAndGet();
                        return CatalogContents.NONE.with(
                                Map.of("openai/a", facts(1000), "anthropic/a", facts(1000)));
                    });

    private static ObjectNode facts(int window) {
        return Json.object().put("window", Integer.toString(window));
    }

    @Test
    void isReadOnceWhenAModelIsFirstAskedFor() {
        assertThat(reads).hasValue(0);
        assertThat(catalog.find("openai", "a").orElseThrow().window()).isEqualTo(1000);
        assertThat(catalog.find("openai", "b")).isEmpty();
        assertThat(catalog.names()).containsExactly("anthropic/a", "openai/a");
        assertThat(reads).hasValue(1);
    }

    @Test
    void aFileThatExtendsItIsLookedIntoWithoutIt() throws Exception {
        Catalog more = catalog.with("openai/a: { output: 5 }");
        assertThatThrownBy(() -> catalog.with("\nopenai/a: { output: none }"))
                .isInstanceOf(CatalogException.class)
                .hasMessageStartingWith("line 2: 'openai/a'");
        assertThat(reads).hasValue(0);
        CatalogModel merged = more.find("openai", "a").orElseThrow();
        assertThat(merged.window()).isEqualTo(1000);
        assertThat(merged.output()).isEqualTo(5);
        assertThat(catalog.find("openai", "a").orElseThrow().output()).isZero();
        assertThat(reads).hasValue(1);
    }

    @Test
    void isReadOnceForAllWhoAskAtTheSameTime() throws Exception {
        int callers = 16;
        var together = new CountDownLatch(callers);
        Callable<Boolean> ask =
                () -> {
                    together.countDown();
                    assertThat(together.await(10, TimeUnit.SECONDS)).isTrue();
                    return catalog.find("openai", "a").isPresent();
                };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = IntStream.range(0, callers).mapToObj(_ -> threads.submit(ask)).toList();
            for (var answer : asked) {
                assertThat(answer.get(10, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(reads).hasValue(1);
    }

    @Test
    void aModelIsHadWithoutIt() {
        var settings =
                OpenAi.settings("{}", Map.of("OPENAI_API_KEY", "k", "ANTHROPIC_API_KEY", "k"));
        var shared = settings.shared(Catalog.class, () -> catalog);
        assertThat(shared).isSameAs(catalog);
        try (ModelProvider openai = new OpenAiFactory().create(settings.section("openai"));
                ModelProvider anthropic =
                        new AnthropicFactory().create(settings.section("anthropic"))) {
            var gpt = openai.model("a");
            var claude = anthropic.model("a");
            assertThat(reads).hasValue(0);
            assertThat(gpt.isPriced()).isFalse();
            assertThat(claude.isPriced()).isFalse();
            assertThat(reads).hasValue(1);
        }
    }

    @Test
    void whoeverAsksAfterAFailureTriesAgain() {
        var tries = new AtomicInteger();
        var flaky =
                new Once<>(
                        () -> {
                            if (tries.incrementAndGet() == 1) {
                                throw new IllegalStateException("not yet");
                            }
                            return "there";
                        });
        assertThatThrownBy(flaky::get).hasMessage("not yet");
        assertThat(flaky.get()).isEqualTo("there");
        assertThat(flaky.get()).isEqualTo("there");
        assertThat(tries).hasValue(2);
    }
}
