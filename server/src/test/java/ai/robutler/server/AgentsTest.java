package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.robutler.core.Agent;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

class AgentsTest {
    /** Agents that come and go. */
    private static final class Changing implements AgentDirectory {
        final ConcurrentHashMap<String, Agent> agents = new ConcurrentHashMap<>();

        @Override
        public Optional<Agent> find(String name) {
            return Optional.ofNullable(agents.get(name));
        }

        @Override
        public Collection<Agent> all() {
            return agents.values();
        }
    }

    private static Agent echo(String name) {
        return Scripted.agent(name, new Scripted.Echo());
    }

    @Test
    void agentsComeAndGoWhileItRuns() {
        var directory = new Changing();
        try (var server = RobutlerServer.builder().agents(directory).port(0).build().start();
                var http = Http.of(server)) {
            assertThat(http.get("/late").status()).isEqualTo(404);
            directory.agents.put("late", echo("late"));
            assertThat(http.get("/late").status()).isEqualTo(200);
            assertThat(http.get("/agents").json().at("/total").asInt()).isEqualTo(1);
            directory.agents.clear();
            assertThat(http.post("/late/chat/completions", Http.HELLO).status()).isEqualTo(404);
        }
    }

    @Test
    void dynamicAgentsAreResolvedOnceAndKept() {
        var asked = new AtomicInteger();
        AgentResolver resolver =
                name -> {
                    asked.incrementAndGet();
                    return name.equals("dynamic") ? Optional.of(echo(name)) : Optional.empty();
                };
        try (var server =
                        RobutlerServer.builder()
                                .agent(echo("fixed"))
                                .resolver(resolver)
                                .port(0)
                                .build()
                                .start();
                var http = Http.of(server)) {
            for (int i = 0; i < 3; i++) {
                assertThat(http.post("/dynamic/chat/completions", Http.HELLO).status())
                        .isEqualTo(200);
                assertThat(http.get("/fixed").status()).isEqualTo(200);
            }
            assertThat(asked).hasValue(1);
            assertThat(http.get("/health").json().at("/dynamic_agents_enabled").asBoolean())
                    .isTrue();
            assertThat(http.get("/unknown").status()).isEqualTo(404);
            assertThat(http.get("/No%20Name").status()).isEqualTo(404);
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void oneLookUpServesAllWhoWait() throws InterruptedException {
        var asked = new AtomicInteger();
        var proceed = new CountDownLatch(1);
        AgentResolver resolver =
                name -> {
                    asked.incrementAndGet();
                    assertThat(proceed.await(10, TimeUnit.SECONDS)).isTrue();
                    return Optional.of(echo(name));
                };
        try (var server = RobutlerServer.builder().resolver(resolver).port(0).build().start();
                var http = Http.of(server)) {
            List<CompletableFuture<Integer>> pending = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                pending.add(
                        CompletableFuture.supplyAsync(
                                () -> http.get("/slow").status(),
                                task -> Thread.ofVirtual().start(task)));
            }
            Await.until("the resolver is asked", () -> asked.get() > 0);
            proceed.countDown();
            assertThat(pending).allMatch(answer -> answer.join() == 200);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void keptAgentsExpireAndFailuresAreNotKept() {
        var asked = new AtomicInteger();
        AgentResolver resolver =
                name -> {
                    if (asked.incrementAndGet() == 1) {
                        throw new java.io.IOException("database-host is away");
                    }
                    return Optional.of(echo(name));
                };
        try (var server =
                        RobutlerServer.builder()
                                .resolver(resolver)
                                .resolverCache(Duration.ofMillis(1), 10)
                                .port(0)
                                .build()
                                .start();
                var http = Http.of(server)) {
            var failed = http.get("/dynamic");
            assertThat(failed.status()).isEqualTo(503);
            assertThat(failed.header("Retry-After")).isNotEmpty();
            assertThat(failed.body()).doesNotContain("database-host");
            assertThat(http.get("/dynamic").status()).isEqualTo(200);
            Await.until(
                    "it is asked again",
                    () -> http.get("/dynamic").status() == 200 && asked.get() > 3);
        }
    }

    @Test
    void twoAgentsOfOneNameAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> RobutlerServer.builder().agent(echo("a")).agent(echo("a")).build())
                .withMessageContaining("'a'");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                RobutlerServer.builder()
                                        .agent(echo("a"))
                                        .agents(new Changing())
                                        .build());
    }
}
