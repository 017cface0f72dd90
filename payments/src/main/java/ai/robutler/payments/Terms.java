package ai.robutler.payments;

import ai.robutler.core.InvalidRequestException;

import java.time.Duration;
import java.util.regex.Pattern;

/** What ids, accounts, amounts and times may be. Each check names the field that is wrong. */
final class Terms {
    /** A billion dollars: no single amount is larger. */
    static final long MOST = 1_000_000_000_000_000_000L;

    /** What one account may have. */
    static final long FULL = 4 * MOST;

    static final Duration LONGEST_HOLD = Duration.ofDays(1);
    static final Duration LONGEST_TOKEN = Duration.ofDays(366);

    /** How deep tokens nest below the one that was issued. */
    static final int DEEPEST = 5;

    /** With the namespace of a remote caller, which nobody can give as part of an id. */
    private static final Pattern ID = Pattern.compile("(~[0-9a-f]{32}~)?[A-Za-z0-9._:-]{1,128}");

    private static final Pattern ACCOUNT =
            Pattern.compile("[a-z]{1,32}:[^\\p{Cntrl}\\p{Cs}]{1,255}");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\p{Cs}]{0,255}");
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cntrl}\\p{Cs}]");
    private static final int LONGEST_WORDS = 255;

    private Terms() {}

    static String id(String field, String id) {
        if (!ID.matcher(id).matches()) {
            throw InvalidRequestException.of(
                    field, field + " must be 1 to 128 letters, digits, '.', '_', ':' or '-'.");
        }
        return id;
    }

    static String account(String field, String account) {
        if (!ACCOUNT.matcher(account).matches()) {
            throw InvalidRequestException.of(
                    field, field + " must be an account such as 'user:alice'.");
        }
        return account;
    }

    /** A name that may be empty. */
    static String name(String field, String name) {
        if (!NAME.matcher(name).matches()) {
            throw InvalidRequestException.of(
                    field, field + " must be at most 255 characters without control characters.");
        }
        return name;
    }

    static long amount(String field, long nanoUsd) {
        if (nanoUsd < 0 || nanoUsd > MOST) {
            throw InvalidRequestException.of(
                    field, field + " must be from 0 to 1,000,000,000 dollars.");
        }
        return nanoUsd;
    }

    static Duration lifetime(String field, Duration lifetime, Duration most) {
        if (!lifetime.isPositive() || lifetime.compareTo(most) > 0) {
            throw InvalidRequestException.of(
                    field,
                    field + " must be longer than 0 and at most " + most.toHours() + " hours.");
        }
        return lifetime;
    }

    /** Words for people: what cannot be kept is replaced, what is too long is cut. */
    static String words(String text) {
        String safe = UNSAFE.matcher(text).replaceAll(" ");
        int end =
                safe.offsetByCodePoints(
                        0, Math.min(LONGEST_WORDS, safe.codePointCount(0, safe.length())));
        return safe.substring(0, end);
    }
}
