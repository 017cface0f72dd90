package ai.robutler.models;

import ai.robutler.core.Cost;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What tokens cost, in US dollars per million tokens, exact.
 *
 * @param input tokens of the prompt that were read anew
 * @param cached tokens of the prompt that were read from the provider's cache
 * @param cacheWrite tokens of the prompt that were written to it
 * @param output tokens of the answer, thinking included
 */
public record Prices(
        BigDecimal input, BigDecimal cached, BigDecimal cacheWrite, BigDecimal output) {
    /** A dollar per million tokens, in nano-dollars per token. */
    private static final BigDecimal NANO_USD = BigDecimal.valueOf(1_000);

    public Prices {
        for (BigDecimal price : new BigDecimal[] {input, cached, cacheWrite, output}) {
            if (price.signum() < 0) {
                throw new IllegalArgumentException("a price must be 0 or more, not " + price);
            }
        }
    }

    /**
     * The exact sum, rounded up once to whole nano-dollars.
     *
     * @throws ArithmeticException if it is beyond 2<sup>63</sup> nano-dollars
     */
    Cost of(Tokens tokens) {
        BigDecimal usdPerMillion =
                times(input, tokens.input())
                        .add(times(cached, tokens.cached()))
                        .add(times(cacheWrite, tokens.cacheWrite()))
                        .add(times(output, tokens.output()));
        return new Cost.Known(
                usdPerMillion
                        .multiply(NANO_USD)
                        .setScale(0, RoundingMode.CEILING)
                        .longValueExact());
    }

    private static BigDecimal times(BigDecimal price, long tokens) {
        return price.multiply(BigDecimal.valueOf(tokens));
    }
}
