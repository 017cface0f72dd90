package ai.robutler.core;

import java.util.concurrent.ThreadLocalRandom;

/** Names for new things on the wire, in OpenAI's manner. They are unique, and no secrets. */
final class Ids {
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private Ids() {}

    static String completion() {
        return "chatcmpl-" + random(29);
    }

    static String call() {
        return "call_" + random(24);
    }

    static String request() {
        return "req_" + random(24);
    }

    private static String random(int length) {
        var random = ThreadLocalRandom.current();
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
