package ai.robutler.payments;

import ai.robutler.core.Settings;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.OptionalLong;

/** US dollars as people write them, in whole nano-dollars. Nothing is ever rounded here. */
final class Amounts {
    /** A billion dollars: what is dearer is a slip of the pen, and sums must not overflow. */
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000L);

    private Amounts() {}

    /** The amount at the key; empty where it is absent, or wrong and noted as a problem. */
    static OptionalLong read(Settings settings, String key) {
        JsonNode value = settings.value(key);
        if (value.isMissingNode()) {
            return OptionalLong.empty();
        }
        OptionalLong nano = nano(value);
        if (nano.isEmpty()) {
            settings.problem(
                    key, "must be US dollars of nine decimal places at most, such as 0.002");
        }
        return nano;
    }

    static OptionalLong nano(JsonNode value) {
        if (!value.isNumber() && !value.isString()) {
            return OptionalLong.empty();
        }
        try {
            var usd = new BigDecimal(value.asString());
            // Checked before the conversion: 1e999999999 would take all memory to write out.
            boolean fits =
                    usd.signum() >= 0 && usd.precision() - usd.scale() <= 10 && usd.scale() <= 30;
            return fits && usd.compareTo(MOST) <= 0
                    ? OptionalLong.of(usd.movePointRight(9).longValueExact())
                    : OptionalLong.empty();
        } catch (ArithmeticException | NumberFormatException _) {
            return OptionalLong.empty();
        }
    }
}
