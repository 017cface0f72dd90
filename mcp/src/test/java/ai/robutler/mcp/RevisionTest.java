package ai.robutler.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RevisionTest {
    @Test
    void isFoundByItsDate() {
        for (Revision each : Revision.values()) {
            assertThat(Revision.of(each.date())).contains(each);
        }
        assertThat(Revision.of("2019-01-01")).isEmpty();
    }

    @Test
    void laterOnesComeLater() {
        assertThat(Revision.V2026_07_28.isAtLeast(Revision.V2025_11_25)).isTrue();
        assertThat(Revision.V2025_06_18.isAtLeast(Revision.V2025_11_25)).isFalse();
    }
}
