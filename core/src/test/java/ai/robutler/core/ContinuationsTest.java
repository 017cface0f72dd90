package ai.robutler.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class ContinuationsTest {
    private static final List<ChatMessage> ONE = List.of(ChatMessage.user("one"));
    private static final List<ChatMessage> TWO = List.of(ChatMessage.user("two"));

    @Test
    void whatWasSavedIsFound() {
        Continuations kept = Continuations.inMemory();
        kept.save("a", ONE);
        kept.save("a", ONE);
        assertThat(kept.find("a")).contains(ONE);
        assertThat(kept.find("b")).isEmpty();
    }

    @Test
    void aKeyOfTwoConversationsGivesNeither() {
        Continuations kept = Continuations.inMemory();
        kept.save("a", ONE);
        kept.save("a", TWO);
        assertThat(kept.find("a")).isEmpty();
    }

    @Test
    void aConversationThatIsOverMakesRoomForTheNext() {
        Continuations kept = Continuations.inMemory();
        kept.save("a", ONE);
        assertThat(kept.find("a")).contains(ONE);
        kept.save("a", TWO);
        assertThat(kept.find("a")).contains(TWO);
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        var kept = new InMemoryContinuations(2, 1_000_000, Duration.ofHours(1));
        kept.save("a", ONE);
        kept.save("b", ONE);
        assertThat(kept.find("a")).isPresent();
        kept.save("c", ONE);
        assertThat(kept.find("b")).isEmpty();
        assertThat(kept.find("a")).isPresent();
        assertThat(kept.size()).isEqualTo(2);
    }

    @Test
    void theOldestGoWhenTheyAreTooLarge() {
        var kept = new InMemoryContinuations(100, 1_000, Duration.ofHours(1));
        for (int i = 0; i < 50; i++) {
            kept.save("key" + i, List.of(ChatMessage.user("x".repeat(200))));
        }
        assertThat(kept.size()).isBetween(1, 4);
        assertThat(kept.find("key49")).isPresent();
    }

    @Test
    void theyExpire() {
        var kept = new InMemoryContinuations(100, 1_000_000, Duration.ofNanos(1));
        kept.save("a", ONE);
        assertThat(kept.find("a")).isEmpty();
        assertThat(kept.size()).isZero();
    }
}
