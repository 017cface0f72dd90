package ai.robutler.nli;

import ai.robutler.core.ChatChunk;
import ai.robutler.core.ChatCompletion;
import ai.robutler.core.ChatRequest;
import ai.robutler.core.ChatStream;
import ai.robutler.core.Deadline;
import ai.robutler.nli.A2aLine.Interface;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * HTTP, in the manner in which the other agent is served: Chat Completions, or A2A where there are
 * none but a card. What was found out is remembered, for so many agents.
 */
final class AnyLine implements Line {
    private static final int MOST = 1_000;

    private final ChatLine chat;
    private final A2aLine a2a;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Interface> speaksA2a =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Interface> eldest) {
                    return size() > MOST;
                }
            };

    AnyLine(Wire wire) {
        this.chat = new ChatLine(wire);
        this.a2a = new A2aLine(wire);
    }

    @Override
    public ChatStream open(
            Target target, ChatRequest request, Map<String, String> headers, Deadline deadline) {
        Optional<Interface> known = known(target);
        if (known.isPresent()) {
            return spoken(target, known.get(), request, headers, deadline);
        }
        try {
            return chat.open(target, request, headers, deadline);
        } catch (Refusal refusal) {
            Interface to = other(target, refusal, deadline);
            return spoken(target, to, request, headers, deadline);
        }
    }

    @Override
    public ChatCompletion whole(
            Target target, ChatRequest request, Map<String, String> headers, Deadline deadline) {
        Optional<Interface> known = known(target);
        if (known.isEmpty()) {
            try {
                return chat.whole(target, request, headers, deadline);
            } catch (Refusal refusal) {
                known = Optional.of(other(target, refusal, deadline));
            }
        }
        try (ChatStream stream = spoken(target, known.get(), request, headers, deadline)) {
            var text = new StringBuilder();
            for (ChatChunk chunk : stream) {
                text.append(chunk.text());
                if (text.length() > Wire.LONGEST) {
                    throw Refusal.senseless("its answer does not end");
                }
            }
            return ChatCompletion.text(text.toString());
        }
    }

    /** A place that has no chat completions has done nothing yet: it may speak otherwise. */
    private Interface other(Target target, Refusal refusal, Deadline deadline) {
        boolean mayBe = refusal.status() == 404 || refusal.status() == 405;
        if (!mayBe || target.place() == Target.Place.HERE) {
            throw refusal;
        }
        Interface found = a2a.find(target, deadline).orElseThrow(() -> refusal);
        remember(target, found);
        return found;
    }

    private ChatStream spoken(
            Target target,
            Interface to,
            ChatRequest request,
            Map<String, String> headers,
            Deadline deadline) {
        try {
            return a2a.open(target, to, request, headers, deadline);
        } catch (Refusal refusal) {
            if (refusal.status() == 404) {
                forget(target); // Next time its card is read again.
            }
            throw refusal;
        }
    }

    private Optional<Interface> known(Target target) {
        lock.lock();
        try {
            return Optional.ofNullable(speaksA2a.get(target.url()));
        } finally {
            lock.unlock();
        }
    }

    private void remember(Target target, Interface found) {
        lock.lock();
        try {
            speaksA2a.put(target.url(), found);
        } finally {
            lock.unlock();
        }
    }

    private void forget(Target target) {
        lock.lock();
        try {
            speaksA2a.remove(target.url());
        } finally {
            lock.unlock();
        }
    }
}
