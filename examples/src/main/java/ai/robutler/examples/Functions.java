package ai.robutler.examples;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Functions whose values no fraction equals, to more than {@link Real#KEPT} digits: each brings its
 * argument near zero, where its series is short.
 */
final class Functions {
    static final MathContext WORK = new MathContext(80, RoundingMode.HALF_EVEN);
    private static final BigDecimal TINY = BigDecimal.ONE.scaleByPowerOfTen(-80);
    private static final BigDecimal TWO = BigDecimal.TWO;
    private static final BigDecimal LARGEST_ANGLE = BigDecimal.ONE.scaleByPowerOfTen(100);
    private static final BigDecimal LARGEST_EXPONENT = BigDecimal.valueOf(11_000);
    private static final BigDecimal LN_10 = ln(BigDecimal.TEN, 0);

    static final Real PI = Real.about(pi(WORK));
    static final Real E = Real.about(exp(BigDecimal.ONE));

    private Functions() {}

    static Real power(Real base, Real exponent) {
        if (base.signum() == 0 && exponent.signum() > 0) {
            return base;
        }
        if (base.signum() < 0) {
            throw new CalculationException(
                    "a negative number has no real power with a fraction as its exponent");
        }
        return Real.about(exp(naturalLog(base).multiply(exponent.decimal(WORK), WORK)));
    }

    /** By squaring; the digits lost on the way are of those that are not shown. */
    static BigDecimal power(BigDecimal base, int exponent) {
        BigDecimal power = BigDecimal.ONE;
        BigDecimal square = base;
        for (long rest = Math.abs((long) exponent); rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                power = power.multiply(square, WORK);
            }
            square = square.multiply(square, WORK);
            if (Math.abs((long) square.scale()) > 1_000_000) {
                throw Real.tooLarge();
            }
        }
        return exponent < 0 ? BigDecimal.ONE.divide(power, WORK) : power;
    }

    static Real sqrt(Real x) {
        if (x.signum() < 0) {
            throw new CalculationException("a negative number has no real square root");
        }
        BigInteger above = x.numerator().sqrt();
        BigInteger below = x.denominator().sqrt();
        boolean isSquare =
                above.multiply(above).equals(x.numerator())
                        && below.multiply(below).equals(x.denominator());
        return isSquare
                ? new Real(above, below, x.exact())
                : Real.about(x.decimal(WORK).sqrt(WORK));
    }

    static Real cbrt(Real x) {
        if (x.signum() == 0) {
            return x;
        }
        BigDecimal size = x.decimal(WORK).abs();
        BigDecimal root = exp(naturalLog(Real.about(size)).divide(BigDecimal.valueOf(3), WORK));
        Real rounded = Real.exact(root.round(Real.SHOWN));
        Real signed = x.signum() < 0 ? rounded.negated() : rounded;
        if (x.exact() && signed.times(signed).times(signed).compareTo(x) == 0) {
            return signed;
        }
        return Real.about(x.signum() < 0 ? root.negate() : root);
    }

    static Real exp(Real x) {
        return x.signum() == 0 ? Real.ONE : Real.about(exp(x.decimal(WORK)));
    }

    static Real ln(Real x) {
        return x.compareTo(Real.ONE) == 0 ? Real.ZERO : Real.about(naturalLog(x));
    }

    static Real log(Real x, BigDecimal base) {
        BigDecimal log = naturalLog(x).divide(naturalLog(Real.exact(base)), WORK);
        Real whole = Real.exact(log.setScale(0, RoundingMode.HALF_EVEN));
        return x.exact() && Real.exact(base).power(whole).compareTo(x) == 0
                ? whole
                : Real.about(log);
    }

    static Real sin(Real x) {
        return x.signum() == 0 ? x : Real.about(even(x, sin(turned(x))));
    }

    static Real cos(Real x) {
        return x.signum() == 0 ? Real.ONE : Real.about(even(x, cos(turned(x))));
    }

    static Real tan(Real x) {
        if (x.signum() == 0) {
            return x;
        }
        BigDecimal angle = turned(x);
        BigDecimal cos = even(x, cos(angle));
        if (cos.signum() == 0) {
            throw new CalculationException("the tangent has no value there");
        }
        return Real.about(even(x, sin(angle).divide(cos(angle), WORK)));
    }

    static Real asin(Real x) {
        Real rest = Real.ONE.minus(x.times(x));
        if (rest.signum() < 0) {
            throw new CalculationException("asin and acos take numbers from -1 to 1");
        }
        if (rest.signum() == 0) {
            Real right = PI.over(Real.of(2));
            return x.signum() < 0 ? right.negated() : right;
        }
        return x.signum() == 0 ? x : atan(x.over(sqrt(rest)));
    }

    static Real acos(Real x) {
        return x.compareTo(Real.ONE) == 0 ? Real.ZERO : PI.over(Real.of(2)).minus(asin(x));
    }

    static Real atan(Real x) {
        if (x.signum() == 0) {
            return x;
        }
        BigDecimal small = x.decimal(WORK);
        int halvings = 5;
        for (int i = 0; i < halvings; i++) {
            BigDecimal root = small.pow(2, WORK).add(BigDecimal.ONE, WORK).sqrt(WORK);
            small = small.divide(root.add(BigDecimal.ONE), WORK);
        }
        return Real.about(arc(small, -1).multiply(BigDecimal.valueOf(1L << halvings), WORK));
    }

    private static BigDecimal exp(BigDecimal x) {
        if (x.abs().compareTo(LARGEST_EXPONENT) > 0) {
            throw Real.tooLarge();
        }
        int halvings = 20;
        BigDecimal small = x.divide(BigDecimal.valueOf(1L << halvings), WORK);
        BigDecimal sum = BigDecimal.ONE;
        BigDecimal term = BigDecimal.ONE;
        for (int i = 1; term.abs().compareTo(TINY) > 0; i++) {
            term = term.multiply(small, WORK).divide(BigDecimal.valueOf(i), WORK);
            sum = sum.add(term, WORK);
        }
        return power(sum, 1 << halvings);
    }

    private static BigDecimal naturalLog(Real x) {
        if (x.signum() <= 0) {
            throw new CalculationException("a logarithm is taken of positive numbers");
        }
        BigDecimal decimal = x.decimal(WORK);
        Real off = x.minus(Real.ONE);
        boolean isNearOne = off.decimal(WORK).abs().compareTo(new BigDecimal("0.1")) < 0;
        if (isNearOne) {
            return arc(off.over(x.plus(Real.ONE)).decimal(WORK), 1).multiply(TWO, WORK);
        }
        int tens = decimal.precision() - decimal.scale() - 1;
        return ln(decimal.scaleByPowerOfTen(-tens), tens);
    }

    /** The logarithm of {@code x * 10^tens}, by roots of x. */
    private static BigDecimal ln(BigDecimal x, int tens) {
        int roots = 8;
        BigDecimal root = x;
        for (int i = 0; i < roots; i++) {
            root = root.sqrt(WORK);
        }
        BigDecimal ratio = root.subtract(BigDecimal.ONE).divide(root.add(BigDecimal.ONE), WORK);
        BigDecimal ln = arc(ratio, 1).multiply(BigDecimal.valueOf(2L << roots), WORK);
        return tens == 0 ? ln : ln.add(LN_10.multiply(BigDecimal.valueOf(tens)), WORK);
    }

    /** x + s x³/3 + x⁵/5 + s x⁷/7 …: the arc tangent for s = -1, the hyperbolic one for s = 1. */
    private static BigDecimal arc(BigDecimal x, int sign) {
        BigDecimal square = x.multiply(x, WORK).multiply(BigDecimal.valueOf(sign));
        BigDecimal end = x.abs().multiply(TINY, WORK);
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal power = x;
        for (int i = 1; power.abs().compareTo(end) > 0; i += 2) {
            sum = sum.add(power.divide(BigDecimal.valueOf(i), WORK), WORK);
            power = power.multiply(square, WORK);
        }
        return sum;
    }

    private static BigDecimal sin(BigDecimal x) {
        return wave(x, x, 1);
    }

    private static BigDecimal cos(BigDecimal x) {
        return wave(x, BigDecimal.ONE, 0);
    }

    private static BigDecimal wave(BigDecimal x, BigDecimal first, int degree) {
        BigDecimal square = x.multiply(x, WORK).negate();
        BigDecimal end = first.abs().multiply(TINY, WORK);
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal term = first;
        for (int i = degree; term.abs().compareTo(end) > 0; i += 2) {
            sum = sum.add(term, WORK);
            term = term.multiply(square, WORK);
            term = term.divide(BigDecimal.valueOf((i + 1L) * (i + 2L)), WORK);
        }
        return sum;
    }

    /** The angle without its whole turns, from -pi to pi. */
    private static BigDecimal turned(Real x) {
        BigDecimal angle = x.decimal(new MathContext(220));
        if (angle.abs().compareTo(LARGEST_ANGLE) > 0) {
            throw new CalculationException("angles are taken up to 10^100");
        }
        BigDecimal turn = pi(new MathContext(220)).multiply(TWO);
        BigDecimal turns = angle.divide(turn, 0, RoundingMode.HALF_EVEN);
        return angle.subtract(turns.multiply(turn)).round(WORK);
    }

    /**
     * Pi is known to so many digits only: what is left of sin(pi) is zero, but sin(1e-50) is not.
     */
    private static BigDecimal even(Real x, BigDecimal value) {
        boolean isSmall = x.decimal(WORK).abs().compareTo(new BigDecimal("1e-6")) < 0;
        return isSmall ? value : value.setScale(Real.KNOWN_DIGITS, RoundingMode.HALF_EVEN);
    }

    /** Machin, 1706. */
    private static BigDecimal pi(MathContext precision) {
        var work = new MathContext(precision.getPrecision() + 10);
        BigDecimal quarter =
                inverse(5, work).multiply(BigDecimal.valueOf(4)).subtract(inverse(239, work));
        return quarter.multiply(BigDecimal.valueOf(4)).round(precision);
    }

    /** The arc tangent of 1/n. */
    private static BigDecimal inverse(int n, MathContext work) {
        BigDecimal square = BigDecimal.valueOf(-(long) n * n);
        BigDecimal power = BigDecimal.ONE.divide(BigDecimal.valueOf(n), work);
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 1; power.precision() - power.scale() > -work.getPrecision(); i += 2) {
            sum = sum.add(power.divide(BigDecimal.valueOf(i), work), work);
            power = power.divide(square, work);
        }
        return sum;
    }
}
