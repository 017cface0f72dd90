package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

class SchemasTest {
    enum Unit {
        CELSIUS,
        FAHRENHEIT;

        @Override
        public String toString() {
            return name().charAt(0) + name().substring(1).toLowerCase(java.util.Locale.ROOT);
        }
    }

    record Point(@Param("east") double x, double y, @Nullable String label) {}

    record Line(Point from, Optional<Point> to) {}

    record Node(String name, List<Node> children) {}

    record Left(Optional<Right> right) {}

    record Right(Optional<Left> left, Map<String, Right> others) {}

    record Page<T>(List<T> items, @Param(defaultValue = "1") int number) {}

    record Renamed(@JsonProperty("from_city") String from) {}

    sealed interface Shape permits Circle, Polygon {}

    record Circle(double radius) implements Shape {}

    sealed interface Polygon extends Shape permits UnitSquare, Group {}

    record UnitSquare() implements Polygon {}

    record Group(List<Shape> shapes) implements Polygon {}

    sealed interface Mixed permits Loose {}

    static final class Loose implements Mixed {}

    sealed interface Tagged permits Clash {}

    record Clash(String type) implements Tagged {}

    @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
    static final class Methods {
        void text(String v) {}

        void character(char v) {}

        void flag(boolean v) {}

        void boxedFlag(Boolean v) {}

        void whole(int v) {}

        void boxedWhole(Long v) {}

        void small(byte v) {}

        void big(BigInteger v) {}

        void real(double v) {}

        void decimal(BigDecimal v) {}

        void date(LocalDate v) {}

        void instant(Instant v) {}

        void offset(OffsetDateTime v) {}

        void time(LocalTime v) {}

        void duration(Duration v) {}

        void uri(URI v) {}

        void uuid(UUID v) {}

        void any(JsonNode v) {}

        void object(Object v) {}

        void tree(ObjectNode v) {}

        void unit(Unit v) {}

        void list(List<String> v) {}

        void set(Set<Integer> v) {}

        void array(int[] v) {}

        void matrix(double[][] v) {}

        void map(Map<String, List<Unit>> v) {}

        void line(Line v) {}

        void node(Node v) {}

        void left(Left v) {}

        void page(Page<LocalDate> v) {}

        void renamed(Renamed v) {}

        void shape(Shape v) {}

        void optionals(
                Optional<String> a,
                OptionalInt b,
                OptionalLong c,
                OptionalDouble d,
                @Nullable String e,
                String f) {}

        void defaults(
                @Param(defaultValue = "Paris") String place,
                @Param(value = "how many", defaultValue = "3") int days,
                @Param(defaultValue = "Celsius") Unit unit,
                @Param(defaultValue = "12") String digits,
                @Param(defaultValue = "[1,2]") List<Integer> list,
                @Param(defaultValue = "2026-01-31") LocalDate day) {}

        void stream(InputStream v) {}

        void bytes(byte[] v) {}

        void keys(Map<Integer, String> v) {}

        void nested(List<Map<String, Thread>> v) {}

        void mixed(Mixed v) {}

        void tagged(Tagged v) {}

        void badNumber(@Param(defaultValue = "three") int v) {}

        void quotedNumber(@Param(defaultValue = "\"3\"") int v) {}

        void badDate(@Param(defaultValue = "tomorrow") LocalDate v) {}

        void badChoice(@Param(defaultValue = "Kelvin") Unit v) {}

        void context(RunContext context, String v) {}
    }

    static ObjectNode schema(String method) {
        return new Arguments(TestMethods.of(new Methods(), method).slots()).schema();
    }

    static String of(String method) {
        return Json.write(schema(method).path("properties").path("v"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text | {'type':'string'}",
                "character | {'type':'string','minLength':1,'maxLength':1}",
                "flag | {'type':'boolean'}",
                "boxedFlag | {'type':'boolean'}",
                "whole | {'type':'integer'}",
                "boxedWhole | {'type':'integer'}",
                "small | {'type':'integer'}",
                "big | {'type':'integer'}",
                "real | {'type':'number'}",
                "decimal | {'type':'number'}",
                "date | {'type':'string','format':'date'}",
                "instant | {'type':'string','format':'date-time'}",
                "offset | {'type':'string','format':'date-time'}",
                "time | {'type':'string','format':'time-local'}",
                "duration | {'type':'string','format':'duration'}",
                "uri | {'type':'string','format':'uri'}",
                "uuid | {'type':'string','format':'uuid'}",
                "any | {}",
                "object | {}",
                "tree | {'type':'object','additionalProperties':{}}",
                "unit | {'type':'string','enum':['Celsius','Fahrenheit']}",
                "list | {'type':'array','items':{'type':'string'}}",
                "set | {'type':'array','items':{'type':'integer'},'uniqueItems':true}",
                "array | {'type':'array','items':{'type':'integer'}}",
                "matrix | {'type':'array','items':{'type':'array','items':{'type':'number'}}}",
            })
    void describesSimpleTypes(String method, String expected) {
        assertThat(of(method)).isEqualTo(expected.replace('\'', '"'));
    }

    @Test
    void describesMapsByTheirValues() {
        assertThat(of("map"))
                .isEqualTo(
                        """
                        {"type":"object","additionalProperties":{"type":"array","items":\
                        {"type":"string","enum":["Celsius","Fahrenheit"]}}}""");
    }

    @Test
    void describesNestedRecords() {
        String point =
                """
                {"type":"object","properties":{"x":{"type":"number","description":"east"},\
                "y":{"type":"number"},"label":{"type":"string"}},"required":["x","y"],\
                "additionalProperties":false}""";
        assertThat(of("line"))
                .isEqualTo(
                        "{\"type\":\"object\",\"properties\":{\"from\":%s,\"to\":%s},\"required\":[\"from\"],\"additionalProperties\":false}"
                                .formatted(point, point));
    }

    @Test
    void definesARecordThatContainsItself() {
        assertThat(Json.write(schema("node")))
                .isEqualTo(
                        """
                        {"type":"object","properties":{"v":{"$ref":"#/$defs/Node"}},\
                        "required":["v"],"additionalProperties":false,"$defs":{"Node":\
                        {"type":"object","properties":{"name":{"type":"string"},"children":\
                        {"type":"array","items":{"$ref":"#/$defs/Node"}}},\
                        "required":["name","children"],"additionalProperties":false}}}""");
    }

    @Test
    void definesRecordsThatContainEachOther() {
        ObjectNode schema = schema("left");
        assertThat(schema.path("$defs").propertyNames()).containsExactlyInAnyOrder("Left", "Right");
        assertThat(schema.at("/$defs/Left/properties/right/$ref").asString())
                .isEqualTo("#/$defs/Right");
        assertThat(schema.at("/$defs/Right/properties/left/$ref").asString())
                .isEqualTo("#/$defs/Left");
    }

    @Test
    void resolvesTypeParametersOfRecords() {
        assertThat(of("page"))
                .contains("\"items\":{\"type\":\"string\",\"format\":\"date\"}")
                .contains("\"number\":{\"type\":\"integer\",\"default\":1}")
                .contains("\"required\":[\"items\"]");
    }

    @Test
    void usesTheNamesThatTheMapperUses() {
        assertThat(of("renamed")).contains("\"from_city\"");
    }

    @Test
    void describesASealedInterfaceAsAChoiceOfTaggedRecords() {
        JsonNode choices = schema("shape").at("/$defs/Shape/anyOf");
        assertThat(choices.valueStream().map(c -> c.at("/properties/type/const").asString()))
                .containsExactly("circle", "unit_square", "group");
        assertThat(Json.write(choices.get(0)))
                .isEqualTo(
                        """
                        {"type":"object","properties":{"type":{"type":"string","const":"circle"},\
                        "radius":{"type":"number"}},"required":["type","radius"],\
                        "additionalProperties":false}""");
        assertThat(choices.get(2).at("/properties/shapes/items/$ref").asString())
                .isEqualTo("#/$defs/Shape");
    }

    @Test
    void requiresWhatIsNeitherOptionalNorNullableNorDefaulted() {
        assertThat(Json.write(schema("optionals").path("required"))).isEqualTo("[\"f\"]");
        assertThat(schema("defaults").has("required")).isFalse();
    }

    @Test
    void showsDefaultsAsJson() {
        ObjectNode properties = (ObjectNode) schema("defaults").path("properties");
        assertThat(properties.propertyStream().map(p -> Json.write(p.getValue().path("default"))))
                .containsExactly(
                        "\"Paris\"", "3", "\"Celsius\"", "\"12\"", "[1,2]", "\"2026-01-31\"");
        assertThat(properties.at("/days/description").asString()).isEqualTo("how many");
    }

    @Test
    void hidesTheContext() {
        assertThat(schema("context").path("properties").propertyNames()).containsExactly("v");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stream | java.io.InputStream",
                "bytes | byte",
                "keys | java.util.Map",
                "nested | java.lang.Thread",
                "mixed | Loose is no record",
                "tagged | component 'type'",
                "badNumber | the default value three",
                "quotedNumber | must be an integer",
                "badDate | the default value tomorrow",
                "badChoice | the default value Kelvin",
            })
    void refusesWhatItCannotDescribe(String method, String why) {
        assertThatThrownBy(() -> schema(method))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void namesTheParameterThatItCannotDescribe() {
        assertThatThrownBy(() -> schema("stream")).hasMessageContaining("parameter 'v'");
    }
}
