package ai.robutler.nli;

import ai.robutler.core.Cost;
import ai.robutler.core.Settings;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The section {@code nli} of the configuration, and the settings of the skill of this name, which
 * can only narrow it.
 *
 * @param direct whether agents of this server are run in the calling run's process, without HTTP
 * @param timeout how long one call may take
 * @param authorizedNanoUsd what one call may cost at most, whatever the model authorizes
 * @param calls how many calls one run may make
 * @param talkTo whom this server's agents may call
 * @param acceptFrom which agents may call them
 * @param again who may be called though it is in the chain of calls already
 * @param trusted origins whose agents are told, signed, for whom they are called
 * @param progress whether the tokens of called agents are passed on as comments
 * @param payment when a payment token goes along
 * @param card the agent whose card the server shows as its own, "" for the first that is open
 */
public record NliSettings(
        boolean direct,
        Duration timeout,
        long authorizedNanoUsd,
        int calls,
        Globs talkTo,
        Globs acceptFrom,
        Globs again,
        List<String> trusted,
        boolean progress,
        Payment payment,
        String card) {

    /** When a called agent gets a payment token. */
    enum Payment {
        /** With the first request: it need not ask for one. */
        UPFRONT,
        /** Once it has asked. */
        ASKED
    }

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final long MOST = Cost.nanoUsd("10");
    private static final int CALLS = 16;

    /** As it is where nothing is configured. */
    public static final NliSettings DEFAULT =
            new NliSettings(
                    false,
                    TIMEOUT,
                    MOST,
                    CALLS,
                    Globs.ALL,
                    Globs.ALL,
                    NliSettings.none(),
                    List.of(),
                    false,
                    Payment.UPFRONT,
                    "");

    public NliSettings {
        trusted = List.copyOf(trusted);
    }

    private static Globs none() {
        return Globs.of(List.of("!**"));
    }

    /** Reads the server's section. What is wrong is noted as a problem. */
    public static NliSettings read(Settings settings) {
        String local = settings.text("local", "http");
        if (!List.of("http", "direct").contains(local)) {
            settings.problem("local", "must be http or direct");
        }
        return new NliSettings(
                local.equals("direct"),
                timeout(settings, TIMEOUT),
                usd(settings, MOST),
                settings.integer("calls", CALLS, 1, 1_000),
                globs(settings, "talk-to"),
                globs(settings, "accept-from"),
                again(settings),
                trusted(settings),
                settings.flag("progress", false),
                payment(settings, Payment.UPFRONT),
                settings.text("card", ""));
    }

    /** These, narrowed by what the skill of one agent says. */
    NliSettings narrowed(Settings settings) {
        return new NliSettings(
                direct,
                shorter(timeout, timeout(settings, timeout)),
                Math.min(authorizedNanoUsd, usd(settings, authorizedNanoUsd)),
                Math.min(calls, settings.integer("calls", calls, 1, 1_000)),
                globs(settings, "talk-to"),
                globs(settings, "accept-from"),
                settings.keys().contains("again") ? again(settings) : again,
                trusted,
                settings.flag("progress", progress),
                payment(settings, payment),
                card);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration timeout(Settings settings, Duration fallback) {
        Duration timeout = settings.duration("timeout", fallback);
        if (timeout.isPositive() && timeout.compareTo(LONGEST) <= 0) {
            return timeout;
        }
        settings.problem("timeout", "must be from 1ms to 30m");
        return fallback;
    }

    private static long usd(Settings settings, long fallback) {
        String text = settings.text("max-usd", Cost.usd(fallback));
        try {
            return Cost.nanoUsd(text);
        } catch (IllegalArgumentException e) {
            settings.problem("max-usd", String.valueOf(e.getMessage()));
            return fallback;
        }
    }

    private static Globs globs(Settings settings, String key) {
        try {
            return Globs.of(settings.texts(key));
        } catch (IllegalArgumentException e) {
            settings.problem(key, String.valueOf(e.getMessage()));
            return Globs.ALL;
        }
    }

    private static Globs again(Settings settings) {
        return settings.texts("again").isEmpty() ? none() : globs(settings, "again");
    }

    private static List<String> trusted(Settings settings) {
        List<String> origins = settings.texts("trusted");
        for (String origin : origins) {
            if (!origin.matches("https?://[A-Za-z0-9.:\\[\\]-]+")) {
                settings.problem(
                        "trusted",
                        "has a wrong entry: '"
                                + origin
                                + "' is no origin such as https://agents.example.com");
            }
        }
        return origins.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).toList();
    }

    private static Payment payment(Settings settings, Payment fallback) {
        String text = settings.text("payment", fallback.name().toLowerCase(Locale.ROOT));
        for (Payment each : Payment.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
                return each;
            }
        }
        settings.problem("payment", "must be upfront or asked");
        return fallback;
    }
}
