package ai.robutler.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatRequest;
import ai.robutler.core.Json;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.node.ObjectNode;

class EffortsTest {
    /** What goes to the provider for what an agent's {@code thinking} says. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "openai|gpt-5.1|none|{'reasoning_effort':'none'}",
                "openai|gpt-5|none|{'reasoning_effort':'minimal'}",
                "openai|o3|none|{'reasoning_effort':'low'}",
                "openai|o3|medium|{'reasoning_effort':'medium'}",
                "openai|gpt-4o-mini|high|{}",
                "openai|gpt-4o-mini-2024-07-18|none|{}",
                "openai|unheard-of|high|{'reasoning_effort':'high'}",
                "openai|o3|xhigh|{'reasoning_effort':'xhigh'}",
                "xai|grok-4.5|none|{'reasoning_effort':'low'}",
                "xai|grok-4.5|high|{'reasoning_effort':'high'}",
                "xai|grok-4.3|none|{'reasoning_effort':'none'}",
                "xai|unheard-of|none|{}",
                "gemini|gemini-2.5-flash|none|{'reasoning_effort':'none'}",
                "gemini|gemini-2.5-pro|none|{'reasoning_effort':'low'}",
                "gemini|gemini-3.8-flash|none|{'reasoning_effort':'low'}",
                "gemini|unheard-of|none|{}",
                "gemini|unheard-of|high|{'reasoning_effort':'high'}",
                "groq|openai/gpt-oss-20b|none|{'reasoning_effort':'low'}",
                "groq|qwen/qwen3.6-27b|none|{'reasoning_effort':'none'}",
                "groq|qwen/qwen3.6-27b|low|{'reasoning_effort':'default'}",
                "mistral|mistral-small-latest|low|{'reasoning_effort':'high'}",
                "deepseek|deepseek-flash|none|{'thinking':{'type':'disabled'}}",
                "deepseek|deepseek-flash|medium|"
                        + "{'reasoning_effort':'medium','thinking':{'type':'enabled'}}",
                "openrouter|openai/gpt-5|none|{'reasoning':{'effort':'minimal'}}",
                "openrouter|openai/gpt-4o-mini|high|{}",
                "openrouter|nobody/model|high|{'reasoning':{'effort':'high'}}",
                "ollama|gpt-oss:20b|none|{'reasoning_effort':'low'}",
                "ollama|llama3.2|high|{}",
                "ollama|unheard-of|none|{'reasoning_effort':'none'}",
                "vllm|any|medium|{'reasoning_effort':'medium'}",
                "fireworks|any|none|{'reasoning_effort':'none'}",
                "together|any|none|{}",
            })
    void thinkingIsClampedToWhatTheModelHas(
            String provider, String model, String effort, String sent) {
        OpenAiDialect dialect = RecordedAnswers.dialect(provider);
        var requests =
                new DialectRequest(dialect.quirks(), Catalog.builtIn().find(provider, model));
        var asked =
                ChatRequest.of("Hi")
                        .with(
                                "reasoning_effort",
                                Json.mapper().getNodeFactory().stringNode(effort));
        ObjectNode json = requests.of(asked);
        json.remove("messages");
        assertThat(json).isEqualTo(Json.parseObject(sent.replace('\'', '"')));
    }
}
