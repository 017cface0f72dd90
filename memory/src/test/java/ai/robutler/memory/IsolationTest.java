package ai.robutler.memory;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.ChatMessage;
import ai.robutler.core.Json;
import ai.robutler.memory.MemoryStack.Node;
import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.ReceivedRequest;
import ai.robutler.testkit.Reply;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Fifty users at once, in sessions of the same name: no word of one is ever seen by another. */
@EachDatabase(migrated = {"store", "search", "memory", "knowledge"})
class IsolationTest {
    private static final int USERS = 50;
    private static final int TURNS = 4;
    private static final Pattern WORD = Pattern.compile("word-of-([a-z0-9]+)");

    private final Database database;

    IsolationTest(Database database) {
        this.database = database;
    }

    /** The model speaks of all that it sees, and saves and searches in turn. */
    private static Reply answer(ReceivedRequest request) {
        String last = request.lastText();
        String user = last.replaceAll(".*word-of-(user[0-9]+).*", "$1");
        if (last.startsWith("remember ")) {
            return Reply.calls(
                    Call.of(
                            "save_memory",
                            Json.write(Json.object().put("content", last.substring(9)))));
        }
        if (last.startsWith("search ")) {
            return Reply.calls(
                    Call.of("search_memories", "{\"query\":\"the secret word of\",\"limit\":25}"),
                    Call.of("list_memories", "{\"limit\":100}"));
        }
        return Reply.text("I see: " + WORD.matcher(request.text()).results().count() + user);
    }

    @Test
    void noWordOfOneIsSeenByAnother() throws Exception {
        try (var stack = new MemoryStack();
                var users = Executors.newVirtualThreadPerTaskExecutor()) {
            Node node =
                    stack.node(
                            database, "{\"session\":{},\"memory\":{\"prompt\":{\"tokens\":2000}}}");
            stack.provider.always(IsolationTest::answer);
            var running = new ArrayList<Future<Integer>>();
            for (int i = 0; i < USERS; i++) {
                String user = "user" + i;
                running.add(users.submit(() -> talk(stack, node, user)));
            }
            int turns = 0;
            for (Future<Integer> each : running) {
                turns += each.get(120, TimeUnit.SECONDS);
            }
            assertThat(turns).isEqualTo(USERS * TURNS * 2);
            assertThat(stack.provider.violations()).isEmpty();
            // What the model was shown in any call is of one user alone.
            for (ReceivedRequest request : stack.provider.requests()) {
                assertThat(
                                WORD.matcher(request.text())
                                        .results()
                                        .map(found -> found.group(1))
                                        .distinct())
                        .as(request.text())
                        .hasSizeLessThanOrEqualTo(1);
            }
            // And each was shown what is theirs.
            for (int i = 0; i < USERS; i++) {
                String user = "user" + i;
                assertThat(stack.call(node, "GET", "/sessions/same", user).body())
                        .contains("word-of-" + user);
                assertThat(node.memory().facts().all(new MemoryOwner("helper", user, "")))
                        .hasSize(TURNS);
            }
        }
    }

    private static int talk(MemoryStack stack, Node node, String user) {
        int turns = 0;
        for (int i = 0; i < TURNS; i++) {
            for (String question :
                    List.of(
                            "remember The secret " + letters(i) + " is word-of-" + user,
                            "search word-of-" + user)) {
                var answer =
                        stack.ask(node, MemoryStack.in("same", user), ChatMessage.user(question));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(WORD.matcher(answer.body()).results().map(found -> found.group(1)))
                        .allMatch(user::equals);
                turns++;
            }
        }
        return turns;
    }

    /** Facts that differ by more than a little. */
    private static String letters(int number) {
        return List.of("number", "colour", "place", "name").get(number % 4);
    }
}
