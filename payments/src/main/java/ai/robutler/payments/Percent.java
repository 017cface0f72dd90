package ai.robutler.payments;

import ai.robutler.core.Settings;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A part of an amount, in hundredths. Parts are rounded down to whole nano-dollars, so that nobody
 * pays for a fraction.
 *
 * @param hundredths 0 or more, of four decimal places at most
 */
record Percent(BigDecimal hundredths) {
    static final Percent ZERO = new Percent(BigDecimal.ZERO);

    Percent {
        if (hundredths.signum() < 0 || hundredths.stripTrailingZeros().scale() > 4) {
            throw new IllegalArgumentException(
                    "a percentage must be 0 or more, of four decimal places at most");
        }
    }

    static Percent of(String hundredths) {
        return new Percent(new BigDecimal(hundredths));
    }

    /** The percentage at the key, zero where it is absent or wrong. */
    static Percent read(Settings settings, String key, int most) {
        JsonNode value = settings.value(key);
        if (value.isMissingNode()) {
            return ZERO;
        }
        try {
            var number = new BigDecimal(value.isContainer() ? "" : value.asString());
            if (number.scale() <= 30
                    && number.precision() - number.scale() <= 10
                    && number.compareTo(BigDecimal.valueOf(most)) <= 0) {
                return new Percent(number);
            }
        } catch (IllegalArgumentException _) {
            // Told below, like what is too much.
        }
        settings.problem(
                key,
                "must be a percentage from 0 to "
                        + most
                        + ", of four decimal places at most, such as 12.5");
        return ZERO;
    }

    /**
     * @param nanoUsd 0 or more
     * @throws ArithmeticException if the part is beyond 2<sup>63</sup> nano-dollars
     */
    long of(long nanoUsd) {
        return hundredths
                .multiply(BigDecimal.valueOf(nanoUsd))
                .movePointLeft(2)
                .setScale(0, RoundingMode.DOWN)
                .longValueExact();
    }
}
