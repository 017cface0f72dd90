package ai.robutler.outbound;

import java.net.InetAddress;
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
            return Resolvers.addresses(next);
        }

        int asked() {
            return asked.get();
        }
    }
}
