package ai.robutler.payments;

import ai.robutler.core.Cost;
import ai.robutler.core.InvalidRequestException;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Amounts on the wire: US dollars as decimal strings, never as numbers. */
final class Usd {
    private static final Pattern DECIMAL = Pattern.compile("(0|[1-9][0-9]{0,9})(\\.[0-9]{1,9})?");
    private static final Pattern SIGNED = Pattern.compile("-?[0-9]{1,12}(\\.[0-9]{1,9})?");

    private Usd() {}

    /** Plain decimals, such as {@code 0.000125}. */
    static String text(long nanoUsd) {
        return Cost.usd(nanoUsd);
    }

    /**
     * Whole nano-dollars of a string such as {@code "0.000125"}.
     *
     * @throws InvalidRequestException that names the field
     */
    static long parse(String field, JsonNode value) {
        if (!value.isString() || !DECIMAL.matcher(value.stringValue()).matches()) {
            throw InvalidRequestException.of(
                    field,
                    field
                            + " must be US dollars as a string of decimals such as \"0.000125\": not"
                            + " negative, no exponent, at most nine places.");
        }
        return Terms.amount(field, nano(value.stringValue()));
    }

    /** An amount of a statement, which may be negative and large. */
    static long parseSigned(String text) {
        if (!SIGNED.matcher(text).matches()) {
            throw new IllegalArgumentException("no amount: " + Terms.words(text));
        }
        return nano(text);
    }

    private static long nano(String text) {
        return new BigDecimal(text).movePointRight(9).longValueExact();
    }
}
