package ai.robutler.core;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * What something cost, in whole nano-dollars (10<sup>-9</sup> US dollars). A price that is not
 * known is no price of zero: sums with an unknown part are unknown, and tell what of them is known.
 */
public sealed interface Cost {
    /** Nine digits before the point: sums of such amounts do not overflow. */
    Pattern USD = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

    /** Nothing was spent. */
    static Cost zero() {
        return new Known(0);
    }

    /** Nothing of it is known. */
    static Cost unknown() {
        return new Unknown(0);
    }

    /**
     * Exactly this much.
     *
     * @param nanoUsd 0 or more
     */
    record Known(long nanoUsd) implements Cost {
        public Known {
            requireAmount(nanoUsd);
        }
    }

    /**
     * At least this much, and something more that nobody can tell.
     *
     * @param nanoUsd the part that is known, 0 or more
     */
    record Unknown(long nanoUsd) implements Cost {
        public Unknown {
            requireAmount(nanoUsd);
        }
    }

    /** All of it, or as much of it as is known. */
    long nanoUsd();

    default boolean isKnown() {
        return switch (this) {
            case Known _ -> true;
            case Unknown _ -> false;
        };
    }

    /**
     * @throws ArithmeticException if the sum is beyond 2<sup>63</sup> nano-dollars
     */
    default Cost plus(Cost other) {
        long sum = Math.addExact(nanoUsd(), other.nanoUsd());
        return isKnown() && other.isKnown() ? new Known(sum) : new Unknown(sum);
    }

    /** US dollars in plain decimals, such as {@code 0.000075}. */
    static String usd(long nanoUsd) {
        BigDecimal usd = BigDecimal.valueOf(nanoUsd, 9).stripTrailingZeros();
        return usd.toPlainString();
    }

    /**
     * US dollars in decimals, such as {@code 0.002}, as whole nano-dollars.
     *
     * @throws IllegalArgumentException if it is none, negative, or has more than nine decimal
     *     places
     */
    static long nanoUsd(String usd) {
        if (!USD.matcher(usd).matches()) {
            throw new IllegalArgumentException(
                    "must be US dollars of nine decimal places at most, such as 0.002, not '"
                            + usd
                            + "'");
        }
        return new BigDecimal(usd).movePointRight(9).longValueExact();
    }

    private static void requireAmount(long nanoUsd) {
        if (nanoUsd < 0) {
            throw new IllegalArgumentException("a cost must be 0 or more, not " + nanoUsd);
        }
    }
}
