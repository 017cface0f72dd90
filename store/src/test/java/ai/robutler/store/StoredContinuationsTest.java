package ai.robutler.store;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.Json;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

@EachDatabase(migrated = "store")
class StoredContinuationsTest {
    private static final List<ChatMessage> ONE = List.of(ChatMessage.user("one"));
    private static final List<ChatMessage> TWO = List.of(ChatMessage.user("two"));

    private final TestDatabase test;
    private Instant now = Instant.parse("2026-11-01T00:00:00Z");

    StoredContinuationsTest(TestDatabase test) {
        this.test = test;
    }

    @BeforeEach
    void migrate() {
        test.database().migrate("store");
    }

    private StoredContinuations node(int keys, int bytes) {
        return new StoredContinuations(
                test.open(),
                new StoredContinuations.Bounds(keys, bytes, Duration.ofHours(1)),
                () -> now);
    }

    private StoredContinuations node() {
        return node(1000, 100_000);
    }

    private int rows() {
        return test.database()
                .read(h -> h.select("SELECT count(*) FROM continuations").mapTo(int.class).one());
    }

    @Test
    void whatOneNodeSavedAnotherFinds() {
        var call =
                new ChatMessage(
                        Json.parseObject(
                                """
                                {"role":"assistant","content":null,"unknown":{"a":[1.50]},
                                 "tool_calls":[{"id":"c1","type":"function",
                                 "function":{"name":"f","arguments":"{}"}}]}
                                """));
        var messages = List.of(call, ChatMessage.tool("c1", "Zürich \0 \uD83D\uDE00 \"quoted\""));
        node().save("a", messages);
        assertThat(node().find("a")).contains(messages);
        assertThat(node().find("a")).contains(messages);
        assertThat(node().find("b")).isEmpty();
    }

    @Test
    void theSameTwiceIsOne() {
        node().save("a", ONE);
        node().save("a", ONE);
        assertThat(node().find("a")).contains(ONE);
    }

    @Test
    void aKeyOfTwoConversationsGivesNeither() {
        node().save("a", ONE);
        node().save("a", TWO);
        assertThat(node().find("a")).isEmpty();
        assertThat(node().find("a")).isEmpty();
    }

    @Test
    void aKeyOfTwoConversationsAtOnceGivesNeither() {
        StoredContinuations first = node();
        StoredContinuations second = node();
        for (int i = 0; i < 20; i++) {
            String key = "key" + i;
            var one = Eventually.async(() -> saved(first, key, ONE));
            var two = Eventually.async(() -> saved(second, key, TWO));
            CompletableFuture.allOf(one, two).join();
            assertThat(first.find(key)).isEmpty();
        }
    }

    private static boolean saved(StoredContinuations node, String key, List<ChatMessage> messages) {
        node.save(key, messages);
        return true;
    }

    @Test
    void aConversationThatIsOverMakesRoomForTheNext() {
        node().save("a", ONE);
        assertThat(node().find("a")).contains(ONE);
        node().save("a", TWO);
        assertThat(node().find("a")).contains(TWO);
    }

    @Test
    void theyExpireAnHourAfterTheirLastUse() {
        StoredContinuations node = node();
        node.save("a", ONE);
        now = now.plus(Duration.ofMinutes(50));
        assertThat(node.find("a")).contains(ONE);
        now = now.plus(Duration.ofMinutes(50));
        assertThat(node.find("a")).contains(ONE);
        now = now.plus(Duration.ofMinutes(61));
        assertThat(node.find("a")).isEmpty();
        node.save("a", TWO);
        assertThat(node.find("a")).contains(TWO);
    }

    @Test
    void expiredRowsAreDeleted() {
        StoredContinuations node = node();
        node.save("a", ONE);
        node.save("b", ONE);
        now = now.plus(Duration.ofHours(2));
        node.save("c", ONE);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        StoredContinuations node = node(5, 1000);
        IntStream.range(0, 20)
                .forEach(
                        i -> {
                            now = now.plusSeconds(60);
                            node.save("key" + i, ONE);
                        });
        assertThat(rows()).isLessThanOrEqualTo(6);
        assertThat(node.find("key19")).contains(ONE);
        assertThat(node.find("key0")).isEmpty();
    }

    @Test
    void whatIsTooLargeIsNotKept() {
        StoredContinuations node = node(10, 1000);
        node.save("a", List.of(ChatMessage.user("x".repeat(2000))));
        assertThat(node.find("a")).isEmpty();
        node.save("b", List.of(ChatMessage.user("x".repeat(500))));
        assertThat(node.find("b")).isPresent();
    }
}
