package ai.robutler.testkit;

import java.util.concurrent.ThreadLocalRandom;

/** Ids that look like OpenAI's. */
final class Ids {

    private static final String ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private Ids() {}

    static String completion() {
        return "chatcmpl-" + random(29);
    }

    static String message() {
        return "msg_" + random(24);
    }

    static String toolUse() {
        return "toolu_" + random(24);
    }

    static String call() {
        return "call_" + random(24);
    }

    static String request() {
        return "req_" + random(24);
    }

    private static String random(int length) {
        StringBuilder id = new StringBuilder(length);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < length; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
