package ai.robutler.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

class ExpressionTest {
    private static String value(String expression) {
        return Expression.evaluate(expression).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 + 2 | 3",
                "0.1 + 0.2 | 0.3",
                "1/3*3 | 1",
                "1/3 | 0.3333333333333333333333333333333333",
                "-2/3 | -0.6666666666666666666666666666666667",
                "1/8 | 0.125",
                "10/4 | 2.5",
                "1.50 | 1.5",
                "100 | 100",
                "2 + 3 * 4 | 14",
                "(2 + 3) * 4 | 20",
                "10 - 4 - 3 | 3",
                "100 / 10 / 5 | 2",
                "2^3^2 | 512",
                "2**10 | 1024",
                "-2^2 | -4",
                "(-2)^2 | 4",
                "2^-2 | 0.25",
                "--3 | 3",
                "-+-3 | 3",
                "2 - -3 | 5",
                "2^3! | 64",
                "3!! | 720",
                "0! | 1",
                "0^0 | 1",
                "1^99999999999 | 1",
                "(-1)^99999999999 | -1",
                "4^0.5 | 2",
                "8^(1/3) | 2",
                "2^0.5 | 1.414213562373095048801688724209698",
                "17 % 5 | 2",
                "-7 % 3 | 2",
                "7 % -3 | -2",
                "5.5 % 2 | 1.5",
                "6 × 7 ÷ 2 − 1 | 20",
                "1_000_000 * 2 | 2000000",
                "1e3 + 2.5E-1 | 1000.25",
                ".5 + 5. | 5.5",
                "sqrt(16) | 4",
                "sqrt(0.25) | 0.5",
                "sqrt(2) | 1.414213562373095048801688724209698",
                "sqrt(2)^2 | 2",
                "cbrt(-27) | -3",
                "cbrt(2) | 1.259921049894873164767210607278228",
                "abs(-3) | 3",
                "min(3, 1, 2) + max(4, 5) | 6",
                "floor(-1.5) | -2",
                "ceil(-1.5) | -1",
                "trunc(-1.5) | -1",
                "round(2.5) | 3",
                "round(-2.5) | -3",
                "round(2.345, 2) | 2.35",
                "round(1234, -2) | 1200",
                "round(1/3, 4) | 0.3333",
                "floor(exp(ln(5))) | 5",
                "ln(e) | 1",
                "ln(1) | 0",
                "ln(2) | 0.6931471805599453094172321214581766",
                "ln(1e-3000) | -6907.755278982137052053974364053093",
                "ln(1 + 1e-30) | 0.0000000000000000000000000000009999999999999999999999999999995",
                "log(1000) | 3",
                "log(0.001) | -3",
                "log(2) | 0.3010299956639811952137388947244930",
                "log2(1024) | 10",
                "exp(1) | 2.718281828459045235360287471352662",
                "exp(0) | 1",
                "exp(-1) | 0.3678794411714423215955237701614609",
                "pi | 3.141592653589793238462643383279503",
                "Pi - π | 0",
                "e | 2.718281828459045235360287471352662",
                "sin(0) | 0",
                "sin(pi) | 0",
                "sin(pi/6) | 0.5",
                "cos(pi/2) | 0",
                "cos(pi) | -1",
                "cos(2*pi/3) | -0.5",
                "tan(pi/4) | 1",
                "sin(1) | 0.8414709848078965066525023216302990",
                "sin(1e22) | -0.8522008497671888017727058937530294",
                "asin(1) * 2 - pi | 0",
                "acos(0.5) * 3 - pi | 0",
                "atan(1) * 4 - pi | 0",
                "atan(1e30) | 1.570796326794896619231321691638751",
                "25! / 24! | 25",
                "1000! / 999! | 1000",
                "100 * 1.05^10 | 162.889462677744140625",
                "exp(100) | 2.688117141816135448412625551580014E+43",
                "2^64 | 18446744073709551616",
            })
    void calculates(String expression, String expected) {
        String plain =
                expected.contains(".") && !expected.contains("E")
                        ? expected.replaceFirst("0+$", "")
                        : expected;
        assertThat(value(expression)).isEqualTo(plain);
    }

    @Test
    void skipsBlanks() {
        assertThat(value(" \t1+\n 1 ")).isEqualTo("2");
    }

    @Test
    void keepsManyDigitsWhereTheyEnd() {
        assertThat(value("2^1000")).isEqualTo(BigInteger.TWO.pow(1000).toString());
        assertThat(value("2^-100"))
                .isEqualTo(BigDecimal.ONE.divide(BigDecimal.TWO.pow(100)).toPlainString());
        assertThat(value("(1 + 0.0425/12)^360")).startsWith("3.5706").hasSize(35);
        assertThat(value("1.0000001^1000000")).startsWith("1.1051709").hasSize(35);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | the expression ends where a number, a name or '(' should be",
                "1 + | the expression ends where a number",
                "1 + * 2 | '*' at position 5 stands where a number, a name or '(' should be",
                "(1 + 2 | the expression ends where an operator or ')' should be",
                "1 + 2) | ')' at position 6 stands where an operator should be",
                "2(3) | '(' at position 2 stands where an operator should be",
                "2 pi | 'p' at position 3 stands where an operator should be",
                "1,000 | ',' at position 2 stands where an operator should be",
                "1.2.3 | '.' at position 4 stands where an operator should be",
                "1__0 | '_' at position 2 stands where an operator should be",
                "15% | the expression ends where",
                "x + 1 | 'x' at position 1 is not known",
                "1 + system(1) | the function 'system' at position 5 is not known",
                "sqrt() | ')' at position 6 stands where a number",
                "sqrt(1, 2) | sqrt takes one number, not 2",
                "sqrt | 'sqrt' at position 1 is not known",
                "round(1, 2, 3) | round takes",
                "round(1, 0.5) | round takes",
                "round(1, 1e9) | round takes",
                "1 / 0 | division by zero",
                "1 % 0 | division by zero",
                "0^-1 | division by zero",
                "sqrt(-1) | a negative number has no real square root",
                "(-8)^(1/3) | a negative number has no real power",
                "ln(0) | a logarithm is taken of positive numbers",
                "asin(2) | from -1 to 1",
                "tan(pi/2) | the tangent has no value there",
                "2.5! | a factorial is calculated of whole numbers",
                "(-1)! | a factorial is calculated of whole numbers",
                "1001! | a factorial is calculated of whole numbers from 0 to 1000",
                "sin(1e101) | angles are taken up to 10^100",
                "1e4001 | the exponent of the number at position 1",
                "3 + 1e99999999999999 | the exponent of the number at position 5",
                "2^1000000000 | too large",
                "2^1e100 | too large",
                "1.5^1e9 | too large",
                "9^9^9 | too large",
                "exp(1e6) | too large",
                "1e4000*1e4000 | too large",
            })
    void saysWhyThereIsNoValue(String expression, String why) {
        assertThatThrownBy(() -> value(expression))
                .isInstanceOf(CalculationException.class)
                .hasMessageContaining(why);
    }

    @Test
    void doesNotTakeACharacterZeroForTheEnd() {
        assertThatThrownBy(() -> value("1\0 2")).isInstanceOf(CalculationException.class);
    }

    static Stream<String> hostile() {
        return Stream.of(
                "(".repeat(500) + "1" + ")".repeat(499),
                "-".repeat(999) + "1",
                "2" + "^2".repeat(499),
                "sqrt(".repeat(190) + "2",
                "(".repeat(100_000),
                "9".repeat(1000) + "!",
                "2^" + "9".repeat(900),
                "1.0000000000000000001^2147483647^2",
                "1000!^1000",
                "1000!".repeat(1) + "*1000!".repeat(100),
                "pi^2147483647",
                "1e4000^1e4000",
                "exp(exp(exp(exp(10))))",
                "round(pi, 1000)^99999999");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    @Timeout(value = 2, unit = TimeUnit.SECONDS)
    void refusesTheHostileQuickly(String expression) {
        assertThatThrownBy(() -> value(expression)).isInstanceOf(CalculationException.class);
    }

    static Stream<String> heavy() {
        return Stream.of(
                "1000!/999!*".repeat(80) + "1",
                "sin(".repeat(99) + "1" + ")".repeat(99),
                "ln(3)*".repeat(140) + "1",
                "7^5000 % 1e3 +".repeat(60) + "1",
                "(1/3)^1000+".repeat(80) + "1");
    }

    @ParameterizedTest
    @MethodSource("heavy")
    @Timeout(value = 2, unit = TimeUnit.SECONDS)
    void calculatesTheHeaviestInTime(String expression) {
        assertThat(value(expression)).isNotEmpty();
    }

    @Property
    void addsAndMultipliesLikeBigDecimal(@ForAll BigDecimal a, @ForAll BigDecimal b) {
        String x = "(" + a.toPlainString() + ")";
        String y = "(" + b.toPlainString() + ")";
        assertThat(new BigDecimal(value(x + "+" + y))).isEqualByComparingTo(a.add(b));
        assertThat(new BigDecimal(value(x + "-" + y))).isEqualByComparingTo(a.subtract(b));
        assertThat(new BigDecimal(value(x + "*" + y))).isEqualByComparingTo(a.multiply(b));
    }

    @Property
    void dividesExactly(@ForAll BigDecimal a, @ForAll BigDecimal b) {
        Assume.that(b.signum() != 0);
        String x = "(" + a.toPlainString() + ")";
        String y = "(" + b.toPlainString() + ")";
        assertThat(new BigDecimal(value(x + "/" + y + "*" + y))).isEqualByComparingTo(a);
    }

    @Property
    void modulosLikeBigInteger(@ForAll BigInteger a, @ForAll BigInteger b) {
        Assume.that(b.signum() > 0);
        assertThat(value("(" + a + ") % " + b)).isEqualTo(a.mod(b).toString());
    }

    @Property
    void powersLikeBigInteger(
            @ForAll @IntRange(min = -50, max = 50) int base,
            @ForAll @IntRange(min = 0, max = 200) int exponent) {
        assertThat(value("(" + base + ")^" + exponent))
                .isEqualTo(BigInteger.valueOf(base).pow(exponent).toString());
    }

    @Property(tries = 200)
    void comesNearWhatDoublesSay(@ForAll @DoubleRange(min = 0.001, max = 600) @Scale(5) double x) {
        String text = "(" + new BigDecimal(x).toPlainString() + ")";
        close("sin" + text, Math.sin(x));
        close("cos" + text, Math.cos(x));
        close("atan" + text, Math.atan(x));
        close("exp" + text, Math.exp(x));
        close("ln" + text, Math.log(x));
        close("log" + text, Math.log10(x));
        close("cbrt" + text, Math.cbrt(x));
        close(text + "^1.5", Math.pow(x, 1.5));
    }

    private static void close(String expression, double expected) {
        assertThat(Double.parseDouble(value(expression)))
                .as(expression)
                .isCloseTo(expected, within(Math.max(1e-14, Math.abs(expected) * 1e-13)));
    }

    @Property
    void everyTextHasAValueOrAReason(@ForAll("expressions") String expression) {
        try {
            assertThat(value(expression)).matches("-?\\d+(\\.\\d+)?(E[+-]\\d+)?");
        } catch (CalculationException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<String> expressions() {
        Arbitrary<String> pieces =
                Arbitraries.of(
                        "1", "2", "0.5", "10", "1e3", "+", "-", "*", "/", "%", "^", "!", "(", ")",
                        ",", "sqrt(", "ln(", "sin(", "max(", "round(", "pi", "e", " ");
        return Arbitraries.oneOf(
                pieces.list().ofMaxSize(12).map(list -> String.join("", list)),
                Arbitraries.strings().ofMaxLength(20));
    }
}
