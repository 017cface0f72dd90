package ai.robutler.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.InvalidRequestException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session may be called. */
class SessionNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "ä", "a'b", "a\nb", "%00", "a;DROP TABLE x"})
    void otherNamesAreRefused(String text) {
        assertThatThrownBy(() -> new SessionName(text)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aNameHasABound() {
        assertThat(new SessionName("a".repeat(128)).text()).hasSize(128);
        assertThatThrownBy(() -> new SessionName("a".repeat(129)))
                .isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3f8a2c1e-9b47-4d6e-8f21-7a5c0b9d4e63",
                "3f8a2c1e9b474d6e8f217a5c0b9d4e63",
                "dGhpcyBpcyBub3QgYSBzZWNyZXQ3"
            })
    void drawnNamesAreBelievedToBeSecret(String text) {
        assertThat(new SessionName(text).isUnguessable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat-1", "my-session", "1234567890123456789012", "default"})
    void othersAreNot(String text) {
        assertThat(new SessionName(text).isUnguessable()).isFalse();
        assertThat(new SessionName("0".repeat(100)).isUnguessable()).isFalse();
    }

    @Test
    void whatIsDrawnHereIsSecret() {
        assertThat(SessionName.random().isUnguessable()).isTrue();
        assertThat(SessionName.random()).isNotEqualTo(SessionName.random());
    }
}
