package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.robutler.core.Cost;
import ai.robutler.core.Json;
import ai.robutler.core.Usage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class CatalogTest {
    @TempDir private Path folder;

    private Catalog with(String text) throws CatalogException, IOException {
        return Catalog.read(Files.writeString(folder.resolve("catalog.yaml"), text));
    }

    private static Usage usage(String json) {
        return new Usage(Json.parseObject(json));
    }

    @Test
    void theOneInTheJarKnowsTheDefaultModels() {
        Catalog catalog = Catalog.builtIn();
        assertThat(catalog.names()).hasSizeGreaterThan(40);
        for (OpenAiDialect dialect : Dialects.ALL) {
            if (!dialect.defaultModel().isEmpty()) {
                assertThat(catalog.find(dialect.name(), dialect.defaultModel()))
                        .as(dialect.name())
                        .isPresent();
            }
        }
        CatalogModel mini = catalog.find("openai", "gpt-4o-mini").orElseThrow();
        assertThat(mini.window()).isEqualTo(128_000);
        assertThat(mini.output()).isEqualTo(16_384);
        assertThat(mini.abilities()).contains(Ability.TOOLS, Ability.JSON_SCHEMA);
        assertThat(mini.thinking()).contains(List.of());
    }

    @ParameterizedTest
    @CsvSource({
        // 0.15 dollars a million is 150 nano-dollars a token.
        "plain, '{\"prompt_tokens\":10,\"completion_tokens\":5}', 4500",
        "plain, '{\"prompt_tokens\":0,\"completion_tokens\":0}', 0",
        // 0.025 for what was cached.
        "nano, '{\"prompt_tokens\":1,\"completion_tokens\":0,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":1}}', 25",
        // Thoughts that are in the total alone.
        "mini, '{\"prompt_tokens\":32,\"completion_tokens\":9,\"total_tokens\":135,"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":94}}', 61100",
        "dated-20251001, '{\"prompt_tokens\":30,\"completion_tokens\":2,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":10,\"cache_creation_tokens\":10}}',"
                + " 33500",
        "long, '{\"prompt_tokens\":200000,\"completion_tokens\":0}', 250000000",
        "long, '{\"prompt_tokens\":200001,\"completion_tokens\":0}', 500002500",
    })
    void usageHasItsExactPrice(String model, String usage, long nanoUsd) throws Exception {
        CatalogModel known =
                with("""
                                own/plain: { price: { input: 0.15, cached: 0.075, output: 0.6 } }
                                own/nano: { price: { input: 0.1, cached: 0.025, output: 0.4 } }
                                own/mini: { price: { input: 0.3, cached: 0.075, output: 0.5 } }
                                own/dated:
                                  price: { input: 1, cached: 0.1, cache-write: 1.25, output: 5 }
                                own/long:
                                  price:
                                    input: 1.25
                                    output: 10
                                    above: { 200000: { input: 2.5, output: 15 } }
                                """)
                        .find("own", model)
                        .orElseThrow();
        assertThat(known.cost(usage(usage))).isEqualTo(new Cost.Known(nanoUsd));
    }

    @Test
    void aSumIsRoundedUpOnce() throws Exception {
        CatalogModel model =
                with("a/b: { price: { input: 0.0375, output: 0.0001 } }")
                        .find("a", "b")
                        .orElseThrow();
        // 37.5 and 0.1 nano-dollars a token.
        assertThat(model.cost(Usage.of(1, 0))).isEqualTo(new Cost.Known(38));
        assertThat(model.cost(Usage.of(2, 0))).isEqualTo(new Cost.Known(75));
        assertThat(model.cost(Usage.of(1, 5))).isEqualTo(new Cost.Known(38));
        assertThat(model.cost(Usage.of(1, 6))).isEqualTo(new Cost.Known(39));
    }

    @Test
    void aSumBeyondAllMoneyIsNotCutOff() throws Exception {
        CatalogModel model =
                with("a/b: { price: { input: 1000000, output: 1 } }").find("a", "b").orElseThrow();
        assertThatThrownBy(() -> model.cost(Usage.of(Long.MAX_VALUE / 2, 0)))
                .isInstanceOf(ArithmeticException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "plain, '{}'",
        "plain, '{\"total_tokens\":5}'",
        "plain, '{\"prompt_tokens\":5,\"completion_tokens\":5,"
                + "\"prompt_tokens_details\":{\"audio_tokens\":1}}'",
        "plain, '{\"prompt_tokens\":5,\"completion_tokens\":5,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":6}}'",
        "free, '{\"prompt_tokens\":5,\"completion_tokens\":5}'",
        "long, '{\"prompt_tokens\":272001,\"completion_tokens\":5}'",
    })
    void whatCannotBePricedIsUnknown(String model, String usage) throws Exception {
        CatalogModel known =
                with("""
                                own/plain: { price: { input: 0.15, cached: 0.075, output: 0.6 } }
                                own/free: { abilities: [tools] }
                                own/long: { price: { input: 1, output: 2, above: { 272000: {} } } }
                                """)
                        .find("own", model)
                        .orElseThrow();
        assertThat(known.cost(usage(usage))).isEqualTo(Cost.unknown());
    }

    @ParameterizedTest
    @CsvSource({
        "openai, gpt-4o-mini-2024-07-18, true",
        "openai, gpt-4o-2024-05-13, true",
        "mistral, mistral-medium-3-5-2604, true",
        "ollama, llama3.2:3b, false",
        "openrouter, openai/gpt-4o-mini, false",
        "openrouter, anthropic/claude-haiku-4.5, false",
        "openrouter, x-ai/grok-4.3:free, false",
    })
    void aModelIsFoundByItsOtherNames(String provider, String model, boolean priced) {
        CatalogModel found = Catalog.builtIn().find(provider, model).orElseThrow();
        assertThat(found.abilities()).contains(Ability.TOOLS);
        assertThat(found.isPriced()).isEqualTo(priced);
    }

    @Test
    void asOldAsItsSnapshotIsAPrice() throws Exception {
        Catalog catalog =
                with(
                        """
                        own/a: { price: { input: 2.5, output: 10 } }
                        own/a-2024-05-13: { price: { input: 5, output: 15 } }
                        """);
        assertThat(catalog.find("own", "a-2024-05-13").orElseThrow().cost(Usage.of(1, 0)))
                .isEqualTo(new Cost.Known(5_000));
        assertThat(catalog.find("own", "a-2024-08-06").orElseThrow().cost(Usage.of(1, 0)))
                .isEqualTo(new Cost.Known(2_500));
    }

    @Test
    void whatNobodyKnowsIsNotFound() {
        assertThat(Catalog.builtIn().find("openai", "gpt-99")).isEmpty();
        assertThat(Catalog.builtIn().find("openrouter", "nobody/model")).isEmpty();
        assertThat(Catalog.builtIn().find("openrouter", "openai/")).isEmpty();
    }

    @Test
    void aFileExtendsAndOverridesFieldByField() throws Exception {
        Catalog catalog =
                with(
                        """
                        openai/gpt-4o-mini:
                          price: { input: 1, output: 2 }
                        ollama/*: { price: { input: 0, output: 0 } }
                        mine/own: { window: 8192, abilities: [tools, reasoning], thinking: [low] }
                        """);
        CatalogModel mini = catalog.find("openai", "gpt-4o-mini").orElseThrow();
        assertThat(mini.window()).isEqualTo(128_000);
        assertThat(mini.cost(Usage.of(1, 1))).isEqualTo(new Cost.Known(3_000));
        assertThat(catalog.find("ollama", "phi4:mini").orElseThrow().cost(Usage.of(9, 9)))
                .isEqualTo(Cost.zero());
        CatalogModel own = catalog.find("mine", "own").orElseThrow();
        assertThat(own.thinking()).contains(List.of("low"));
        assertThat(own.isPriced()).isFalse();
        assertThat(catalog.find("openai", "gpt-4.1")).isPresent();
    }

    @Test
    void everythingThatIsWrongIsToldWithItsLine() {
        var failure =
                catchThrowableOfType(
                        CatalogException.class,
                        () ->
                                with(
                                        """
                                        openai/a:
                                          window: many
                                          abilities: [tool]
                                          wimdow: 1
                                        openai/b: { price: { input: 1 } }
                                        openai/c: { price: { input: -1, output: 1 } }
                                        openai/d: { price: 5, thinking: [deep] }
                                        loose: { window: 1.5 }
                                        """));
        assertThat(failure.problems())
                .extracting(CatalogException.Problem::line)
                .containsExactlyInAnyOrder(1, 1, 1, 5, 6, 6, 7, 7, 8, 8);
        assertThat(failure)
                .hasMessageContaining("unknown field 'wimdow'; did you mean 'window'?")
                .hasMessageContaining("unknown ability 'tool'")
                .hasMessageContaining("must be provider/model");
    }

    @Test
    void aFileThatIsNoCatalogIsTold() {
        for (String text : List.of("- a\n", "a: [", "a/b: 5\n", "{\"a/b\": 5}", "{\"a\"")) {
            assertThatThrownBy(() -> with(text)).isInstanceOf(CatalogException.class);
        }
        assertThatThrownBy(() -> Catalog.read(folder.resolve("none")))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("no such file");
    }

    @Test
    void theEnvironmentNamesAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("more.yaml"), "a/b: { window: 5 }");
        var settings = OpenAi.settings("{}", Map.of(Catalog.VARIABLE, file.toString()));
        Catalog catalog = Catalog.of(settings.section("openai"));
        assertThat(catalog.find("a", "b")).isPresent();
        assertThat(Catalog.of(settings.section("xai"))).isSameAs(catalog);
        var wrong = OpenAi.settings("{}", Map.of(Catalog.VARIABLE, folder + "/none"));
        assertThat(Catalog.of(wrong)).isSameAs(Catalog.builtIn());
        assertThat(wrong.problems()).hasSize(1);
    }

    /** Entries in the form of LiteLLM's file, and what else stands in it. */
    @Test
    void theFileOfLiteLlmIsReadAsItIs() throws Exception {
        Catalog catalog =
                with(
                        """
                        {
                          "sample_spec": {"litellm_provider": "one of https://docs",
                            "max_input_tokens": "max input tokens", "input_cost_per_token": 0.0},
                          "gpt-x": {"litellm_provider": "openai", "mode": "chat",
                            "max_input_tokens": 128000, "max_output_tokens": 16384,
                            "max_tokens": 16384, "input_cost_per_token": 1.5e-07,
                            "cache_read_input_token_cost": 7.5e-08, "output_cost_per_token": 6e-07,
                            "supports_function_calling": true, "supports_vision": true,
                            "supports_pdf_input": true, "supports_response_schema": true},
                          "gemini/gemini-x": {"litellm_provider": "gemini",
                            "max_input_tokens": 1048576, "input_cost_per_token": 1.25e-06,
                            "input_cost_per_token_above_200k_tokens": 2.5e-06,
                            "output_cost_per_token": 1e-05, "supports_reasoning": true,
                            "output_cost_per_token_above_200k_tokens": 1.5e-05},
                          "together_ai/big": {"litellm_provider": "together_ai",
                            "input_cost_per_token": 6e-07, "output_cost_per_token": 6e-07},
                          "claude-x": {"litellm_provider": "anthropic",
                            "input_cost_per_token": 1e-06, "output_cost_per_token": 5e-06,
                            "cache_creation_input_token_cost": 1.25e-06,
                            "cache_read_input_token_cost": 1e-07},
                          "dall-e-x": {"litellm_provider": "openai", "mode": "image_generation",
                            "output_cost_per_image": 0.04}
                        }
                        """);
        CatalogModel x = catalog.find("openai", "gpt-x-2026-01-31").orElseThrow();
        assertThat(x.window()).isEqualTo(128_000);
        assertThat(x.output()).isEqualTo(16_384);
        assertThat(x.abilities())
                .containsExactlyInAnyOrder(
                        Ability.TOOLS, Ability.IMAGES, Ability.DOCUMENTS, Ability.JSON_SCHEMA);
        assertThat(x.thinking()).contains(List.of());
        assertThat(x.cost(Usage.of(10, 5))).isEqualTo(new Cost.Known(4_500));
        CatalogModel gemini = catalog.find("gemini", "gemini-x").orElseThrow();
        assertThat(gemini.cost(Usage.of(1, 1))).isEqualTo(new Cost.Known(11_250));
        assertThat(gemini.cost(Usage.of(200_001, 1))).isEqualTo(new Cost.Known(500_017_500L));
        assertThat(gemini.thinking()).isEmpty();
        assertThat(catalog.find("together", "big").orElseThrow().isPriced()).isTrue();
        CatalogModel claude = catalog.find("anthropic", "claude-x").orElseThrow();
        assertThat(
                        claude.cost(
                                usage(
                                        """
                                        {"prompt_tokens":3,"completion_tokens":1,
                                         "prompt_tokens_details":{"cached_tokens":1,
                                           "cache_creation_tokens":1}}
                                        """)))
                .isEqualTo(new Cost.Known(7_350));
        assertThat(catalog.find("openai", "dall-e-x").orElseThrow().isPriced()).isFalse();
        assertThat(catalog.names()).noneMatch(name -> name.contains("sample_spec"));
    }
}
