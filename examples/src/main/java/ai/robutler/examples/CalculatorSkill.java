package ai.robutler.examples;

import ai.robutler.core.Param;
import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;
import ai.robutler.core.Tool;

/** Arithmetic that is right to the last digit. */
public final class CalculatorSkill {

    /** Makes the skill {@code calculator}, which has no settings. */
    public static final class Factory implements SkillFactory {
        @Override
        public String name() {
            return "calculator";
        }

        @Override
        public Object create(Settings settings) {
            return new CalculatorSkill();
        }
    }

    @Tool(
            description =
                    "Calculates the value of an arithmetic expression, exactly. Use it for every"
                            + " calculation.")
    String calculate(
            @Param(
                            "Numbers (1.5, 2e-3, 1_000_000) with + - * / ^ (power), ! (factorial),"
                                    + " % (modulo, not percent; write 15% of 80 as 0.15*80) and"
                                    + " parentheses; sqrt, cbrt, abs, floor, ceil, trunc, round(x,"
                                    + " digits), min, max, exp, ln, log (base 10), log2, sin, cos,"
                                    + " tan, asin, acos, atan (radians); pi, e")
                    String expression) {
        return Expression.evaluate(expression).toString();
    }
}
