package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

class HealthTest {
    private record Part(String name, boolean isEssential, Supplier<Health> answer)
            implements HealthComponent {
        @Override
        public Health check() {
            return answer.get();
        }
    }

    private static void with(HealthComponent part, java.util.function.Consumer<Http> test) {
        try (var server = RobutlerServer.builder().health(part).port(0).build().start();
                var http = Http.of(server)) {
            test.accept(http);
        }
    }

    @Test
    void everythingIsWell() {
        with(
                new Part("store", true, Health::up),
                http -> {
                    assertThat(http.get("/health/detailed").at("/components/store/status"))
                            .isEqualTo("up");
                    assertThat(http.get("/health/detailed").at("/status")).isEqualTo("healthy");
                    assertThat(http.get("/health/ready").status()).isEqualTo(200);
                    assertThat(http.get("/health/live").status()).isEqualTo(200);
                });
    }

    @Test
    void aPartThatIsDownDoesNotMakeTheNodeUnready() {
        with(
                new Part("provider", false, () -> Health.down("no answer")),
                http -> {
                    var detailed = http.get("/health/detailed");
                    assertThat(detailed.status()).isEqualTo(200);
                    assertThat(detailed.at("/status")).isEqualTo("degraded");
                    assertThat(detailed.at("/components/provider/detail")).isEqualTo("no answer");
                    assertThat(http.get("/health/ready").status()).isEqualTo(200);
                    assertThat(http.get("/health").at("/status")).isEqualTo("healthy");
                });
    }

    @Test
    void anEssentialPartThatIsDownMakesTheNodeUnreadyButNotDead() {
        with(
                new Part("disk", true, () -> Health.down("full")),
                http -> {
                    assertThat(http.get("/health/ready").status()).isEqualTo(503);
                    assertThat(http.get("/health/live").status()).isEqualTo(200);
                });
    }

    @Test
    void aCheckThatFailsOrHangsCountsAsDown() {
        with(
                new Part(
                        "broken",
                        false,
                        () -> {
                            throw new IllegalStateException("secret");
                        }),
                http -> {
                    assertThat(http.get("/health/detailed").at("/components/broken/status"))
                            .isEqualTo("down");
                    assertThat(http.get("/health/detailed").body()).doesNotContain("secret");
                });
        with(
                new Part("hanging", false, HealthTest::hang),
                http ->
                        assertThat(http.get("/health/detailed").at("/components/hanging/detail"))
                                .isEqualTo("no answer in time"));
    }

    private static Health hang() {
        try {
            new CountDownLatch(1).await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return Health.up();
    }

    @Test
    void aFloodOfQuestionsIsOneCheckASecond() throws Exception {
        var checks = new AtomicInteger();
        var asked = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var part =
                new Part(
                        "store",
                        true,
                        () -> {
                            checks.incrementAndGet();
                            asked.countDown();
                            try {
                                assertThat(release.await(1, TimeUnit.SECONDS)).isTrue();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return Health.up();
                        });
        try (var server = RobutlerServer.builder().health(part).port(0).build().start();
                var http = Http.of(server)) {
            long begun = System.nanoTime();
            var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < 100; i++) {
                String path = i % 2 == 0 ? "/health/detailed" : "/health/ready";
                answers.add(
                        http.client()
                                .sendAsync(
                                        http.request(path).build(),
                                        HttpResponse.BodyHandlers.ofString()));
            }
            Await.latch("the check has begun", asked, Duration.ofSeconds(5));
            release.countDown();
            for (var answer : answers) {
                assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
            long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
            assertThat(checks.get()).isLessThanOrEqualTo(1 + (int) seconds);
            int flood = checks.get();
            Await.until(
                    "it is asked again",
                    () -> {
                        http.get("/health/ready");
                        return checks.get() > flood;
                    });
        }
    }

    @Test
    void aCheckThatHangsOnIsNotJoinedByAnother() throws Exception {
        var checks = new AtomicInteger();
        var release = new CountDownLatch(1);
        var part =
                new Part(
                        "stubborn",
                        false,
                        () -> {
                            checks.incrementAndGet();
                            while (release.getCount() > 0) {
                                LockSupport.parkNanos(1_000_000);
                                Thread.interrupted();
                            }
                            return Health.up();
                        });
        var checkup = new Checkup(part);
        assertThat(checkup.health().get(10, TimeUnit.SECONDS).status())
                .isEqualTo(Health.Status.DOWN);
        long fresh = System.nanoTime() + Checkup.FRESH.toNanos();
        Await.until("its answer is old", () -> System.nanoTime() > fresh);
        assertThat(checkup.health().get(1, TimeUnit.SECONDS).detail())
                .isEqualTo("no answer in time");
        assertThat(checks).hasValue(1);
        release.countDown();
        Await.until("it is well again", () -> checkup.health().join().status() == Health.Status.UP);
        assertThat(checks.get()).isGreaterThan(1);
    }
}
