package ai.robutler.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.outbound.AddressPolicy;
import ai.robutler.outbound.OutboundClient;
import ai.robutler.outbound.OutboundSettings;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** What was listed once may lead to another place today: each look is judged anew. */
class LookerTest {
    @Test
    void whatIsNotPublicIsNotLookedAt() {
        try (var stranger = new Stranger();
                var outbound =
                        OutboundClient.open(new OutboundSettings(AddressPolicy.publicOnly(), 16))) {
            stranger.agent("bard");
            var looker = new Looker(outbound, Duration.ofSeconds(5));
            assertThat(looker.health(stranger.url("bard"), "bard").orElse("up"))
                    .contains("not a public one");
            var challenge =
                    new ChallengeTable.Challenge(
                            "alice", "bard", stranger.url("bard"), "token", "proof", 0);
            assertThat(looker.proof(challenge).orElse("proved")).contains("not a public one");
            assertThat(stranger.calls("/bard/health")).isZero();
        }
    }
}
