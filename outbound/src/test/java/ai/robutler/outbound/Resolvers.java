package ai.robutler.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Resolvers that answer as a test says. */
final class Resolvers {
    private Resolvers() {}

    static List<InetAddress> addresses(String... literals) {
        return Stream.of(literals).map(InetAddress::ofLiteral).toList();
    }

    /** With the name in them, as the JVM's own gives them. */
    static List<InetAddress> named(String host, String literal) {
        try {
            byte[] bytes = InetAddress.ofLiteral(literal).getAddress();
            return List.of(InetAddress.getByAddress(host, bytes));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Always the same. */
    static Resolver to(String... literals) {
        List<InetAddress> found = addresses(literals);
        return _ -> found;
    }

    /** Another answer each time, as a server of names does that rebinds; counts the questions. */
    static final class Rebinding implements Resolver {
        private final AtomicInteger asked = new AtomicInteger();
        private final Queue<String> answers;

        Rebinding(String... answers) {
            this.answers = new ArrayDeque<>(List.of(answers));
        }

        @Override
        public synchronized List<InetAddress> addresses(String host) {
            asked.incrementAndGet();
            String next = answers.size() > 1 ? answers.remove() : answers.element();
            return Resolvers.named(host, next);
        }

        int asked() {
            return asked.get();
        }
    }
}
