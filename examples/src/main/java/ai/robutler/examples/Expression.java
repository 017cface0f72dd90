package ai.robutler.examples;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An arithmetic expression, read and calculated in one go by recursive descent:
 *
 * <pre>
 * sum     = product { ("+" | "-") product }
 * product = signed { ("*" | "/" | "%") signed }
 * signed  = ("-" | "+") signed | power
 * power   = postfix [ "^" signed ]
 * postfix = atom { "!" }
 * atom    = number | constant | name "(" sum { "," sum } ")" | "(" sum ")"
 * </pre>
 */
final class Expression {
    private static final int MAX_LENGTH = 1_000;
    private static final int MAX_DEPTH = 100;
    private static final int MAX_EXPONENT = 4_000;
    private static final Pattern NUMBER =
            Pattern.compile(
                    "(?:\\d+(?:_\\d+)*(?:\\.(?:\\d+(?:_\\d+)*)?)?|\\.\\d+(?:_\\d+)*)"
                            + "(?:[eE]([+-]?\\d+))?");
    private static final Pattern NAME = Pattern.compile("\\p{L}+\\d*");

    private final String text;
    private int at;
    private int depth;

    private Expression(String text) {
        this.text = text;
    }

    /**
     * The value of an expression.
     *
     * @throws CalculationException if it is none, or has no value, or one that is too large
     */
    static Real evaluate(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new CalculationException(
                    "the expression is longer than " + MAX_LENGTH + " characters; calculate parts");
        }
        var expression = new Expression(text);
        Real value = expression.sum();
        expression.peek();
        if (expression.at < text.length()) {
            throw expression.unexpected("an operator");
        }
        return value;
    }

    private Real sum() {
        Real value = product();
        while (true) {
            switch (peek()) {
                case '+' -> value = next(value, Real::plus, this::product);
                case '-', '−', '–' -> value = next(value, Real::minus, this::product);
                default -> {
                    return value;
                }
            }
        }
    }

    private Real product() {
        Real value = signed();
        while (true) {
            switch (peek()) {
                case '*', '×', '·' -> value = next(value, Real::times, this::signed);
                case '/', '÷' -> value = next(value, Real::over, this::signed);
                case '%' -> value = next(value.settled(), Expression::modulo, this::signed);
                default -> {
                    return value;
                }
            }
        }
    }

    private static Real modulo(Real value, Real divisor) {
        return value.modulo(divisor.settled());
    }

    @FunctionalInterface
    private interface Operand {
        Real read();
    }

    private Real next(Real left, BinaryOperator<Real> operator, Operand right) {
        at++;
        return operator.apply(left, right.read());
    }

    private Real signed() {
        return switch (peek()) {
            case '-', '−', '–' -> deeper(() -> next(Real.ZERO, Real::minus, this::signed));
            case '+' -> deeper(() -> next(Real.ZERO, Real::plus, this::signed));
            default -> power();
        };
    }

    private Real power() {
        Real base = postfix();
        if (peek() == '*' && text.startsWith("**", at)) {
            at++;
        } else if (peek() != '^') {
            return base;
        }
        return deeper(() -> next(base, Real::power, this::signed));
    }

    private Real postfix() {
        Real value = atom();
        while (peek() == '!') {
            at++;
            value = value.settled().factorial();
        }
        return value;
    }

    private Real atom() {
        char next = peek();
        if (next == '(') {
            at++;
            Real value = deeper(this::sum);
            expect(')', "an operator or ')'");
            return value;
        }
        if (Character.isLetter(next)) {
            return named();
        }
        if (next == '.' || (next >= '0' && next <= '9')) {
            return number();
        }
        throw unexpected("a number, a name or '('");
    }

    private Real number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            throw unexpected("a number");
        }
        String exponent = number.group(1) == null ? "0" : number.group(1);
        if (exponent.length() > 6 || Math.abs(Integer.parseInt(exponent)) > MAX_EXPONENT) {
            throw new CalculationException(
                    "the exponent of the number at position "
                            + (at + 1)
                            + " is beyond "
                            + MAX_EXPONENT);
        }
        at = number.end();
        return Real.exact(new BigDecimal(number.group().replace("_", "")));
    }

    private Real named() {
        int start = at;
        Matcher matcher = NAME.matcher(text).region(at, text.length());
        String name = matcher.lookingAt() ? matcher.group().toLowerCase(Locale.ROOT) : "";
        at += name.length();
        if (peek() == '(') {
            return call(name, arguments(), start);
        }
        return switch (name) {
            case "pi", "π" -> Functions.PI;
            case "e" -> Functions.E;
            default ->
                    throw new CalculationException(
                            "'" + name + "' at position " + (start + 1) + " is not known");
        };
    }

    private List<Real> arguments() {
        var arguments = new ArrayList<Real>();
        do {
            at++;
            arguments.add(deeper(this::sum));
        } while (peek() == ',');
        expect(')', "an operator, ',' or ')'");
        return arguments;
    }

    private static Real call(String name, List<Real> arguments, int start) {
        return switch (name) {
            case "min" -> arguments.stream().min(Real::compareTo).orElseThrow();
            case "max" -> arguments.stream().max(Real::compareTo).orElseThrow();
            case "round" -> round(arguments);
            default -> one(name, arguments, function(name, start));
        };
    }

    private static Real round(List<Real> arguments) {
        Real decimals = arguments.size() == 2 ? arguments.get(1).settled() : Real.ZERO;
        Real most = Real.of(1_000);
        boolean isSound =
                decimals.isWhole()
                        && decimals.compareTo(most) <= 0
                        && decimals.compareTo(most.negated()) >= 0;
        if (arguments.size() > 2 || !isSound) {
            throw new CalculationException(
                    "round takes a number and, if need be, a whole number of decimals");
        }
        return arguments.getFirst().settled().rounded(decimals.numerator().intValue());
    }

    private static Real one(String name, List<Real> arguments, UnaryOperator<Real> function) {
        if (arguments.size() != 1) {
            throw new CalculationException(name + " takes one number, not " + arguments.size());
        }
        return function.apply(arguments.getFirst());
    }

    private static UnaryOperator<Real> function(String name, int start) {
        return switch (name) {
            case "abs" -> x -> x.signum() < 0 ? x.negated() : x;
            case "floor" -> x -> x.settled().floor();
            case "ceil" -> x -> x.settled().negated().floor().negated();
            case "trunc" ->
                    x ->
                            x.signum() < 0
                                    ? x.settled().negated().floor().negated()
                                    : x.settled().floor();
            case "sqrt" -> Functions::sqrt;
            case "cbrt" -> Functions::cbrt;
            case "exp" -> Functions::exp;
            case "ln" -> Functions::ln;
            case "log", "log10" -> x -> Functions.log(x, BigDecimal.TEN);
            case "log2" -> x -> Functions.log(x, BigDecimal.TWO);
            case "sin" -> Functions::sin;
            case "cos" -> Functions::cos;
            case "tan" -> Functions::tan;
            case "asin" -> Functions::asin;
            case "acos" -> Functions::acos;
            case "atan" -> Functions::atan;
            default ->
                    throw new CalculationException(
                            "the function '"
                                    + name
                                    + "' at position "
                                    + (start + 1)
                                    + " is not known");
        };
    }

    private Real deeper(Operand inner) {
        if (++depth > MAX_DEPTH) {
            throw new CalculationException(
                    "the expression nests deeper than " + MAX_DEPTH + "; calculate parts");
        }
        Real value = inner.read();
        depth--;
        return value;
    }

    private void expect(char wanted, String words) {
        if (peek() != wanted) {
            throw unexpected(words);
        }
        at++;
    }

    /** The next character that is not blank, 0 at the end. */
    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private CalculationException unexpected(String wanted) {
        if (at >= text.length()) {
            return new CalculationException("the expression ends where " + wanted + " should be");
        }
        return new CalculationException(
                "'%c' at position %d stands where %s should be"
                        .formatted(text.charAt(at), at + 1, wanted));
    }
}
