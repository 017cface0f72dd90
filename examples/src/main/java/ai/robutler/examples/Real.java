package ai.robutler.examples;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * A number: a fraction in lowest terms. One that is not {@code exact} stands for a number that no
 * fraction equals, such as the root of two; it is kept to more digits than it is shown with, so
 * that what should come out even does.
 */
record Real(BigInteger numerator, BigInteger denominator, boolean exact)
        implements Comparable<Real> {
    /** What is shown of a number that has no end. */
    static final MathContext SHOWN = MathContext.DECIMAL128;

    /** What is kept of a number that is not exact. */
    static final MathContext KEPT = new MathContext(60, RoundingMode.HALF_EVEN);

    /** The digits of what is kept that errors of rounding do not reach. */
    static final int KNOWN_DIGITS = 50;

    static final Real ZERO = of(0);
    static final Real ONE = of(1);

    private static final int MAX_BITS = 16_384;
    private static final int MAX_FACTORIAL = 1_000;
    private static final int MAX_DECIMALS = 1_000;

    Real {
        if (denominator.signum() == 0) {
            throw new CalculationException("division by zero");
        }
        BigInteger divisor = numerator.gcd(denominator);
        if (denominator.signum() < 0) {
            divisor = divisor.negate();
        }
        numerator = numerator.divide(divisor);
        denominator = denominator.divide(divisor);
        if (numerator.bitLength() > MAX_BITS || denominator.bitLength() > MAX_BITS) {
            throw tooLarge();
        }
    }

    static CalculationException tooLarge() {
        return new CalculationException("a number grows beyond 4900 digits; that is too large");
    }

    static Real of(long value) {
        return new Real(BigInteger.valueOf(value), BigInteger.ONE, true);
    }

    static Real exact(BigDecimal value) {
        return of(value, true);
    }

    static Real about(BigDecimal value) {
        return of(value.round(KEPT), false);
    }

    private static Real of(BigDecimal value, boolean exact) {
        if (Math.abs((long) value.scale()) > MAX_BITS) {
            throw tooLarge();
        }
        return value.scale() > 0
                ? new Real(value.unscaledValue(), BigInteger.TEN.pow(value.scale()), exact)
                : new Real(value.toBigIntegerExact(), BigInteger.ONE, exact);
    }

    Real plus(Real other) {
        Real sum =
                fraction(
                        numerator
                                .multiply(other.denominator)
                                .add(other.numerator.multiply(denominator)),
                        denominator.multiply(other.denominator),
                        exact && other.exact);
        return sum.isNoiseBeside(this) ? new Real(BigInteger.ZERO, BigInteger.ONE, false) : sum;
    }

    /** Whether this is only what rounding left where two numbers should have met. */
    private boolean isNoiseBeside(Real term) {
        return !exact
                && decimal(SHOWN)
                                .abs()
                                .scaleByPowerOfTen(KNOWN_DIGITS)
                                .compareTo(term.decimal(SHOWN).abs())
                        < 0;
    }

    Real minus(Real other) {
        return plus(other.negated());
    }

    Real times(Real other) {
        return fraction(
                numerator.multiply(other.numerator),
                denominator.multiply(other.denominator),
                exact && other.exact);
    }

    Real over(Real other) {
        return fraction(
                numerator.multiply(other.denominator),
                denominator.multiply(other.numerator),
                exact && other.exact);
    }

    /** Exact as long as that is no burden: a fraction of very many digits is rounded. */
    private static Real fraction(BigInteger numerator, BigInteger denominator, boolean exact) {
        boolean isLong = Math.min(numerator.bitLength(), denominator.bitLength()) > MAX_BITS / 2;
        if (denominator.signum() == 0 || (exact && !isLong)) {
            return new Real(numerator, denominator, exact);
        }
        return about(new BigDecimal(numerator).divide(new BigDecimal(denominator), KEPT));
    }

    Real negated() {
        return new Real(numerator.negate(), denominator, exact);
    }

    /** With the sign of the divisor, as in mathematics: -7 % 3 is 2. */
    Real modulo(Real divisor) {
        return minus(divisor.times(over(divisor).floor()));
    }

    Real floor() {
        BigInteger[] parts = numerator.divideAndRemainder(denominator);
        BigInteger down = parts[1].signum() < 0 ? BigInteger.ONE : BigInteger.ZERO;
        return new Real(parts[0].subtract(down), BigInteger.ONE, exact);
    }

    /** Half away from zero, as at school. */
    Real rounded(int decimals) {
        BigDecimal shift = BigDecimal.ONE.scaleByPowerOfTen(decimals);
        Real scaled = times(exact(shift));
        Real half = new Real(BigInteger.ONE, BigInteger.TWO, true);
        Real whole =
                scaled.signum() < 0
                        ? scaled.negated().plus(half).floor().negated()
                        : scaled.plus(half).floor();
        return whole.over(exact(shift));
    }

    Real factorial() {
        if (!isWhole() || signum() < 0 || compareTo(of(MAX_FACTORIAL)) > 0) {
            throw new CalculationException(
                    "a factorial is calculated of whole numbers from 0 to " + MAX_FACTORIAL);
        }
        BigInteger product = BigInteger.ONE;
        for (int i = 2; i <= numerator.intValue(); i++) {
            product = product.multiply(BigInteger.valueOf(i));
        }
        return new Real(product, BigInteger.ONE, exact);
    }

    Real power(Real exponent) {
        Real settled = exponent.settled();
        if (!settled.isWhole()) {
            return Functions.power(this, exponent);
        }
        if (numerator.abs().equals(BigInteger.ONE) && denominator.equals(BigInteger.ONE)) {
            return settled.numerator.testBit(0) ? this : times(this);
        }
        if (signum() == 0 && settled.signum() > 0) {
            return this;
        }
        if (settled.numerator.bitLength() > 31) {
            throw tooLarge();
        }
        int times = settled.numerator.intValue();
        long bits = Math.max(numerator.bitLength(), denominator.bitLength()) - 1L;
        boolean isShort = bits * Math.abs((long) times) <= MAX_BITS;
        if (exact && (isShort || isWhole())) {
            return wholePower(times, isShort);
        }
        return about(Functions.power(decimal(Functions.WORK), times));
    }

    private Real wholePower(int exponent, boolean isShort) {
        if (!isShort) {
            throw tooLarge();
        }
        int times = Math.abs(exponent);
        var power = new Real(numerator.pow(times), denominator.pow(times), true);
        return exponent < 0 ? ONE.over(power) : power;
    }

    int signum() {
        return numerator.signum();
    }

    boolean isWhole() {
        return denominator.equals(BigInteger.ONE);
    }

    /** What it would be shown as, where a hair's breadth decides. */
    Real settled() {
        return exact ? this : of(decimal(SHOWN), false);
    }

    BigDecimal decimal(MathContext precision) {
        return new BigDecimal(numerator).divide(new BigDecimal(denominator), precision);
    }

    @Override
    public int compareTo(Real other) {
        return numerator
                .multiply(other.denominator)
                .compareTo(other.numerator.multiply(denominator));
    }

    /** In full where it ends, else to 34 digits. */
    @Override
    public String toString() {
        if (exact && isWhole()) {
            return numerator.toString();
        }
        if (exact && ends()) {
            BigDecimal full = new BigDecimal(numerator).divide(new BigDecimal(denominator));
            if (full.scale() <= MAX_DECIMALS) {
                return full.toPlainString();
            }
        }
        BigDecimal shown = decimal(SHOWN).stripTrailingZeros();
        // Zeros in the place of digits that are not known would be a lie.
        boolean isPlain = shown.scale() <= MAX_DECIMALS && shown.scale() >= 0;
        boolean isShort = shown.precision() - shown.scale() <= SHOWN.getPrecision();
        return isPlain || (shown.scale() < 0 && isShort) ? shown.toPlainString() : shown.toString();
    }

    private boolean ends() {
        BigInteger rest = denominator.shiftRight(denominator.getLowestSetBit());
        BigInteger five = BigInteger.valueOf(5);
        while (rest.mod(five).signum() == 0) {
            rest = rest.divide(five);
        }
        return rest.equals(BigInteger.ONE);
    }
}
