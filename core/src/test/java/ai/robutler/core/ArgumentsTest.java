package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

class ArgumentsTest {
    enum Unit {
        CELSIUS,
        FAHRENHEIT
    }

    record Item(String name, @Param(defaultValue = "1") int count, Optional<String> note) {
        Item {
            if (count < 0) {
                throw new IllegalArgumentException("count must not be negative");
            }
        }
    }

    record Tree(int value, List<Tree> children) {}

    sealed interface Shape permits Circle, Rectangle {}

    record Circle(double radius) implements Shape {}

    record Rectangle(double width, double height) implements Shape {}

    @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
    static final class Methods {
        void nothing() {}

        void forecast(String place, int days) {}

        void optional(
                Optional<String> a,
                OptionalInt b,
                @Nullable String c,
                @Param(defaultValue = "7") int d) {}

        void one(int v) {}

        void text(String v) {}

        void large(long v) {}

        void huge(BigInteger v) {}

        void decimal(BigDecimal v) {}

        void real(double v) {}

        void flag(boolean v) {}

        void letter(char v) {}

        void unit(Unit v) {}

        void date(LocalDate v) {}

        void many(Instant at, LocalTime time, Duration span, UUID id) {}

        void items(List<Item> items) {}

        void set(Set<String> v) {}

        void array(int[] v) {}

        void map(Map<String, Item> v) {}

        void tree(Tree v) {}

        void shape(Shape v) {}

        void shapes(List<Shape> v) {}

        void any(JsonNode v) {}

        void object(Object v) {}
    }

    private static final Map<String, Arguments> BUILT = new ConcurrentHashMap<>();

    static Arguments of(String method) {
        return BUILT.computeIfAbsent(
                method, name -> new Arguments(TestMethods.of(new Methods(), name).slots()));
    }

    static @Nullable Object one(String method, String value) {
        return of(method).bind("{\"v\":" + value + "}").getFirst();
    }

    static String refusal(String method, String json) {
        Throwable thrown = catchThrowable(() -> of(method).bind(json));
        assertThat(thrown).isInstanceOf(ArgumentsException.class);
        return String.valueOf(thrown.getMessage());
    }

    @Test
    void takesEmptyTextForNoArguments() {
        assertThat(of("nothing").bind("")).isEmpty();
        assertThat(of("nothing").bind("  \n")).isEmpty();
        assertThat(of("nothing").bind("{}")).isEmpty();
    }

    @Test
    void bindsInTheOrderOfTheParameters() {
        assertThat(of("forecast").bind("{\"days\":3,\"place\":\"Oslo\"}"))
                .containsExactly("Oslo", 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"a\":null,\"b\":null,\"c\":null,\"d\":null}"})
    void fillsWhatIsNotGiven(String json) {
        assertThat(of("optional").bind(json))
                .isEqualTo(Arrays.asList(Optional.empty(), OptionalInt.empty(), null, 7));
    }

    @Test
    void bindsWhatIsOptionalWhenItIsGiven() {
        assertThat(of("optional").bind("{\"a\":\"x\",\"b\":2,\"c\":\"y\",\"d\":9}"))
                .containsExactly(Optional.of("x"), OptionalInt.of(2), "y", 9);
    }

    @Test
    void bindsValuesOfEachKind() {
        assertThat(one("large", "9007199254740993")).isEqualTo(9007199254740993L);
        assertThat(one("huge", "123456789012345678901234567890"))
                .isEqualTo(new BigInteger("123456789012345678901234567890"));
        assertThat(one("decimal", "0.1000000000000000000001"))
                .isEqualTo(new BigDecimal("0.1000000000000000000001"));
        assertThat(one("real", "2")).isEqualTo(2.0);
        assertThat(one("flag", "true")).isEqualTo(true);
        assertThat(one("letter", "\"x\"")).isEqualTo('x');
        assertThat(one("unit", "\"CELSIUS\"")).isEqualTo(Unit.CELSIUS);
        assertThat(one("date", "\"2026-01-31\"")).isEqualTo(LocalDate.of(2026, 1, 31));
        assertThat(one("set", "[\"a\",\"b\",\"a\"]")).isEqualTo(Set.of("a", "b"));
        assertThat(one("array", "[1,2]")).isEqualTo(new int[] {1, 2});
        assertThat(one("any", "{\"a\":[null]}")).hasToString("{\"a\":[null]}");
        assertThat(one("object", "[1,\"a\"]")).isEqualTo(List.of(1, "a"));
        assertThat(
                        of("many")
                                .bind(
                                        """
                                        {"at":"2026-01-31T12:00:00Z","time":"08:30:00",
                                         "span":"PT90M","id":"123e4567-e89b-12d3-a456-426614174000"}
                                        """))
                .containsExactly(
                        Instant.parse("2026-01-31T12:00:00Z"),
                        LocalTime.of(8, 30),
                        Duration.ofMinutes(90),
                        UUID.fromString("123e4567-e89b-12d3-a456-426614174000"));
    }

    @Test
    void takesAWholeDecimalForAnInteger() {
        assertThat(one("one", "3.0")).isEqualTo(3);
        assertThat(one("one", "1e2")).isEqualTo(100);
    }

    @Test
    void bindsRecordsWithTheirDefaults() {
        assertThat(of("items").bind("{\"items\":[{\"name\":\"a\"},{\"name\":\"b\",\"count\":2}]}"))
                .containsExactly(
                        List.of(
                                new Item("a", 1, Optional.empty()),
                                new Item("b", 2, Optional.empty())));
        assertThat(one("map", "{\"x\":{\"name\":\"a\",\"note\":\"n\"}}"))
                .isEqualTo(Map.of("x", new Item("a", 1, Optional.of("n"))));
    }

    @Test
    void bindsRecordsThatContainThemselves() {
        assertThat(one("tree", "{\"value\":1,\"children\":[{\"value\":2,\"children\":[]}]}"))
                .isEqualTo(new Tree(1, List.of(new Tree(2, List.of()))));
    }

    @Test
    void bindsSealedInterfacesByTheirTag() {
        assertThat(one("shape", "{\"type\":\"circle\",\"radius\":1.5}")).isEqualTo(new Circle(1.5));
        assertThat(one("shapes", "[{\"type\":\"rectangle\",\"width\":1,\"height\":2}]"))
                .isEqualTo(List.of(new Rectangle(1, 2)));
    }

    @Test
    void saysAllThatIsWrongAndWhatIsKnown() {
        assertThat(refusal("forecast", "{\"days\":\"three\",\"city\":\"Oslo\"}"))
                .isEqualTo(
                        "argument 'place' is missing: give a string; argument 'days' must be an"
                                + " integer, not the string \"three\"; argument 'city' is not known;"
                                + " known arguments: place (required), days (required)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "forecast | {'place': | not valid JSON",
                "forecast | {'place':'x','days':1} trailing | not valid JSON",
                "forecast | ['x',1] | must be one JSON object: a JSON object is expected, this is an array",
                "forecast | null | this is null",
                "nothing | {'x':1} | there are no arguments to give",
                "forecast | {'place':null,'days':1} | 'place' must be a string, not null",
                "one | {'v':1.5} | 'v' must be an integer, not 1.5",
                "one | {'v':'1'} | 'v' must be an integer, not the string",
                "one | {'v':''} | 'v' must be an integer",
                "one | {'v':99999999999} | 'v' is out of range",
                "one | {'v':1e999999999} | 'v' must be an integer",
                "large | {'v':9223372036854775808} | 'v' is out of range",
                "huge | {'v':1e999999999} | 'v' must be an integer",
                "text | {'v':5} | 'v' must be a string, not 5",
                "text | {'v':{}} | 'v' must be a string, not an object",
                "flag | {'v':1} | 'v' must be true or false, not 1",
                "letter | {'v':'xy'} | 'v' must be a string of one character",
                "unit | {'v':'KELVIN'} | 'v' must be one of 'CELSIUS', 'FAHRENHEIT', not the string 'KELVIN'",
                "unit | {'v':''} | 'v' must be one of",
                "date | {'v':'tomorrow'} | 'v' must be a date such as '2026-01-31'",
                "date | {'v':''} | 'v' must be a date",
                "date | {'v':20260131} | 'v' must be a date",
                "items | {'items':{}} | 'items' must be an array, not an object",
                "items | {'items':[{}]} | 'items[0].name' is missing",
                "items | {'items':[{'name':'a'},null]} | 'items[1]' must be an object with name, count, note, not null",
                "items | {'items':[{'name':'a','size':1}]} | 'items[0].size' is not known (known there: name, count, note)",
                "items | {'items':[{'name':'a','count':-1}]} | 'items[0]' is refused: count must not be negative",
                "items | {'items':[{'name':'a','count':99999999999}]} | 'items[0].count' is out of range",
                "map | {'v':{'k':{'name':1}}} | 'v.k.name' must be a string",
                "shape | {'v':{'radius':1}} | 'v.type' is missing: give one of 'circle', 'rectangle'",
                "shape | {'v':{'type':'cube'}} | 'v.type' must be one of 'circle', 'rectangle', not the string 'cube'",
                "shape | {'v':{'type':'circle','width':1}} | 'v.radius' is missing",
                "shape | {'v':'circle'} | 'v' must be an object with 'type' one of",
                "tree | {'v':{'value':1,'children':[{'value':'x','children':[]}]}} | 'v.children[0].value' must be an integer",
            })
    void refusesWhatDoesNotFit(String method, String json, String why) {
        assertThat(refusal(method, json.replace('\'', '"')).replace('"', '\''))
                .contains(why)
                .contains("ment")
                .doesNotContain("java.", "jackson", "robutler", "Exception");
    }

    @Test
    void boundsWhatItRepeatsOfTheModel() {
        assertThat(refusal("one", "{\"v\":\"" + "x".repeat(10_000) + "\"}")).hasSizeLessThan(300);
        assertThat(refusal("one", "{\"v\":1,\"" + "x".repeat(10_000) + "\":1}"))
                .hasSizeLessThan(300);
    }

    @Test
    void ignoresTheUnknownWhenAsked() {
        assertThat(
                        of("items")
                                .bind(
                                        Json.parseObject(
                                                "{\"x\":1,\"items\":[{\"name\":\"a\",\"y\":2}]}"),
                                        true))
                .containsExactly(List.of(new Item("a", 1, Optional.empty())));
    }

    @Test
    void refusesDeepNestingWithoutHarm() {
        String deep = "{\"value\":1,\"children\":[".repeat(5_000);
        assertThatThrownBy(() -> one("tree", deep)).isInstanceOf(ArgumentsException.class);
    }

    @Property
    void everyTextEitherBindsOrIsRefusedInWords(@ForAll String json) {
        for (String method : List.of("forecast", "optional", "items", "shape", "tree")) {
            try {
                of(method).bind(json);
            } catch (ArgumentsException e) {
                assertThat(e.getMessage()).contains("known arguments");
            }
        }
    }

    @Property(tries = 300)
    void everyJsonValueEitherBindsOrIsRefusedInWords(@ForAll("values") String value) {
        for (String method :
                List.of(
                        "one", "text", "large", "huge", "decimal", "real", "flag", "letter", "unit",
                        "date", "set", "array", "map", "tree", "shape", "shapes", "any",
                        "object")) {
            try {
                one(method, value);
            } catch (ArgumentsException e) {
                assertThat(e.getMessage()).contains("argument 'v").contains("known arguments: v");
            }
        }
    }

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> atoms =
                Arbitraries.oneOf(
                        Arbitraries.integers().map(String::valueOf),
                        Arbitraries.bigDecimals().map(BigDecimal::toString),
                        Arbitraries.strings().map(text -> Json.write(Json.tree(text))),
                        Arbitraries.of(
                                "null",
                                "true",
                                "1e400",
                                "-1e-400",
                                "\"CELSIUS\"",
                                "{}",
                                "[]",
                                "\"2026-02-30\"",
                                "{\"type\":\"circle\",\"radius\":1e999}"));
        return Arbitraries.recursive(
                () -> atoms,
                inner ->
                        Arbitraries.oneOf(
                                inner.list().ofMaxSize(3).map(Object::toString),
                                inner.map("{\"value\":%s,\"children\":[]}"::formatted),
                                inner.map("{\"name\":%s}"::formatted),
                                inner.map("{\"type\":%s}"::formatted)),
                0,
                3);
    }

    @Property
    void integersComeThroughExactly(@ForAll long value) {
        assertThat(one("large", Long.toString(value))).isEqualTo(value);
    }

    @Property
    void textComesThroughExactly(@ForAll String value) {
        assertThat(one("text", Json.write(Json.tree(value)))).isEqualTo(value);
    }
}
