package ai.robutler.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {
    @ParameterizedTest
    @CsvSource({
        "key sk-proj-abcDEF123456_x is wrong, key sk-… is wrong",
        "rk_01HX_secretsecret, rk_…",
        "Authorization: Bearer abc.def-123456, Authorization: Bearer …",
        "bearer   xyz123456, bearer   …",
        "token eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl end, token … end",
        "jdbc:postgresql://user:pass@host/db, jdbc:postgresql://…@host/db",
        "at https://key:secret@example.org/v1, at https://…@example.org/v1"
    })
    void secretsAreMasked(String text, String masked) {
        assertThat(Redaction.mask(text)).isEqualTo(masked);
    }

    @Test
    void otherTextStaysAsItIs() {
        String text =
                "task-force at http://127.0.0.1:8000/v1, risk-averse, req_abc123 and a basic idea";
        assertThat(Redaction.mask(text)).isEqualTo(text);
    }
}
