package ai.robutler.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
}
