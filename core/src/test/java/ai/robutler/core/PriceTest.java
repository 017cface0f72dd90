package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

class PriceTest {

    /** Tools at prices. */
    public static final class Shop {
        @Tool(description = "Free.")
        public String free() {
            return "x";
        }

        @Tool(description = "Fixed.")
        @Price(usd = "0.002")
        public String fixed() {
            return "x";
        }

        @Tool(description = "Paid even if it fails.")
        @Price(usd = "0.000000001", onFailure = true)
        public String risky() {
            return "x";
        }

        @Tool(description = "As it turns out.")
        @Price(usd = "1", byResult = true)
        public Priced<String> byResult(long nanoUsd) {
            return new Priced<>("x", nanoUsd);
        }
    }

    private static AgentTool tool(String name) {
        return SkillReader.read("shop", new Shop()).tools().stream()
                .filter(tool -> tool.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aToolHasThePriceOfItsMethod() {
        assertThat(tool("free").price()).isEqualTo(ToolPrice.FREE);
        assertThat(tool("fixed").price()).isEqualTo(new ToolPrice(2_000_000, false, false));
        assertThat(tool("risky").price()).isEqualTo(new ToolPrice(1, true, false));
        assertThat(tool("by_result").price()).isEqualTo(new ToolPrice(1_000_000_000, false, true));
    }

    @Test
    void failuresAreFreeUnlessPricedOtherwise() {
        assertThat(tool("fixed").price().of(ToolResult.error("no"))).isZero();
        assertThat(tool("risky").price().of(ToolResult.error("no"))).isEqualTo(1);
        assertThat(tool("fixed").price().of(ToolResult.of("x"))).isEqualTo(2_000_000);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "5, 5", "1000000000, 1000000000", "2000000000, 1000000000"})
    void theResultMaySayWhatItCosts(long said, long charged) throws Exception {
        AgentTool tool = tool("by_result");
        var context =
                new RunContext(
                        Agent.builder("a").model("test/m", new ScriptedCompleter()).build(),
                        Invocation.of(ChatRequest.of("Hi")),
                        Deadline.after(Duration.ofSeconds(20)));
        ToolResult result = tool.function().call("{\"nanoUsd\":" + said + "}", context);
        assertThat(result).isEqualTo(new ToolResult("x", false, OptionalLong.of(said)));
        assertThat(tool.price().of(result)).isEqualTo(charged);
        assertThat(tool.price().of(ToolResult.of("x")))
                .as("it did not say")
                .isEqualTo(1_000_000_000);
        assertThat(tool("fixed").price().of(result)).as("nobody asked it").isEqualTo(2_000_000);
    }

    @Test
    void aResultCannotCostLessThanNothing() {
        assertThatThrownBy(() -> new Priced<>("x", -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ToolPrice(-1, false, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** A skill with one price. */
    public static final class Word {
        @Tool(description = "A tool.")
        @Price(usd = "two cents")
        public String sell() {
            return "x";
        }
    }

    /** A skill with one price. */
    public static final class Negative {
        @Tool(description = "A tool.")
        @Price(usd = "-0.01")
        public String sell() {
            return "x";
        }
    }

    /** A skill with one price. */
    public static final class TooFine {
        @Tool(description = "A tool.")
        @Price(usd = "0.0000000001")
        public String sell() {
            return "x";
        }
    }

    /** A skill with one price. */
    public static final class TooMuch {
        @Tool(description = "A tool.")
        @Price(usd = "1e999999999")
        public String sell() {
            return "x";
        }
    }

    /** A skill with one price. */
    public static final class Empty {
        @Tool(description = "A tool.")
        @Price(usd = "")
        public String sell() {
            return "x";
        }
    }

    /** A price that would have no effect. */
    public static final class NoTool {
        @Tool(description = "A tool.")
        public String give() {
            return "x";
        }

        @Price(usd = "1")
        public String sell() {
            return "x";
        }
    }

    /** A result that would say its price to nobody. */
    public static final class Unheard {
        @Tool(description = "A tool.")
        @Price(usd = "1")
        public Priced<String> sell() {
            return new Priced<>("x", 1);
        }
    }

    static List<Object> bad() {
        return List.of(
                new Word(),
                new Negative(),
                new TooFine(),
                new TooMuch(),
                new Empty(),
                new NoTool(),
                new Unheard());
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aBadPriceIsRefusedWhenTheAgentIsBuilt(Object skill) {
        var builder = Agent.builder("shop").model("test/m", new ScriptedCompleter());
        assertThatThrownBy(() -> builder.skill(skill))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(skill.getClass().getName() + ".sell");
    }
}
