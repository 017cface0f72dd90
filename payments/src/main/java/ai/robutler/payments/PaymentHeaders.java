package ai.robutler.payments;

import ai.robutler.core.Headers;

import java.util.List;
import java.util.regex.Pattern;

/** The headers of a request that carry a payment. */
final class PaymentHeaders {
    static final String TOKEN = "X-Payment-Token";

    /** Source: x402 version 2, "HTTP transport". */
    static final String SIGNATURE = "PAYMENT-SIGNATURE";

    static final String REQUIRED = "PAYMENT-REQUIRED";
    static final String RESPONSE = "PAYMENT-RESPONSE";

    private static final Pattern TOKEN_FORM = Pattern.compile("[A-Za-z0-9._~+/=-]{1,8192}");

    private PaymentHeaders() {}

    /** How a request pays. */
    sealed interface Given {
        record Nothing() implements Given {}

        record Token(String text) implements Given {}

        /**
         * @param base64 as it came
         */
        record Signature(String base64) implements Given {}

        /** Nothing that could be meant: what is wrong with it. */
        record Wrong(String why) implements Given {}
    }

    static Given read(Headers headers) {
        List<String> tokens = headers.all(TOKEN);
        List<String> signatures = headers.all(SIGNATURE);
        if (tokens.isEmpty() && signatures.isEmpty()) {
            return new Given.Nothing();
        }
        if (tokens.size() + signatures.size() > 1) {
            return new Given.Wrong(
                    "Give one payment: one header " + TOKEN + " or " + SIGNATURE + ", once.");
        }
        return tokens.isEmpty()
                ? new Given.Signature(signatures.getFirst())
                : token(tokens.getFirst());
    }

    private static Given token(String text) {
        return TOKEN_FORM.matcher(text).matches()
                ? new Given.Token(text)
                : new Given.Wrong("The header " + TOKEN + " is not a payment token.");
    }
}
