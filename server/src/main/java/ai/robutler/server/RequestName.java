package ai.robutler.server;

import ai.robutler.core.Caller;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Names requests with an idempotency key, so that nobody gets another's answer by guessing keys. A
 * known caller is told by user, credential, scopes and acting agent. An unknown one is told by the
 * secrets that came along; where there is none that pays, by the address, too. Names are hashes:
 * whoever reads them learns nothing.
 */
final class RequestName {
    private static final String CHAT = "chat.completions";
    private static final String SESSION = "X-Session-ID";
    private static final List<String> MEANS = List.of("X-Payment-Token", "PAYMENT-SIGNATURE");
    private static final List<String> SECRETS =
            List.of(
                    "Authorization",
                    "X-API-Key",
                    "X-Owner-Assertion",
                    "X-Provider-Key",
                    "Cookie",
                    SESSION);

    private final MessageDigest digest = sha256();

    private RequestName() {}

    static String of(String key, String agent, Caller caller, RequestHead head) {
        var name = new RequestName().add(CHAT).add(agent).add(key);
        switch (caller) {
            case Caller.User user -> name.add(user);
            case Caller.Anonymous _ -> name.addStranger(head);
        }
        return name.hash();
    }

    /** What is asked: the body, byte for byte, and the conversation that it belongs to. */
    static String fingerprint(RequestHead head, byte[] body) {
        var fingerprint = new RequestName().add(head.headers(SESSION));
        fingerprint.digest.update(body);
        return fingerprint.hash();
    }

    private void add(Caller.User user) {
        add("user").add(user.id());
        add(user.credential().id()).add(user.credential().actingAgent());
        add(user.scopes().stream().sorted().toList());
    }

    private void addStranger(RequestHead head) {
        add("stranger");
        MEANS.forEach(header -> add(head.headers(header)));
        SECRETS.forEach(header -> add(head.headers(header)));
        if (MEANS.stream().allMatch(header -> head.headers(header).isEmpty())) {
            add(head.remoteAddress().getAddress().getHostAddress());
        }
    }

    private RequestName add(List<String> texts) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(texts.size()).flip());
        texts.forEach(this::add);
        return this;
    }

    /** With its length before it: no two lists of texts look the same. */
    private RequestName add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
        return this;
    }

    private String hash() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
