package ai.robutler.nli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;
import ai.robutler.testkit.NpmProject;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;

/** The A2A client that people use, as it is on the npm registry. */
class A2aClientTest {
    @Test
    void theRealClientTalksToAnAgentInBothBindings() throws Exception {
        NpmProject clients = NpmProject.of(Path.of("src/test/clients"));
        try (TestDatabase database = TestDatabase.create(Database.Kind.SQLITE);
                A2aNode node = new A2aNode(database.open())) {
            NpmProject.Ran client = clients.run("a2a.mjs", node.node().url());
            assertThat(client.status()).as(client.output()).isZero();
            assertThat(client.output()).contains("14 passed, 0 failed");
        }
    }
}
