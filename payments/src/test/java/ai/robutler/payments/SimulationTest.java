package ai.robutler.payments;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;

import org.junit.jupiter.api.Test;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Hundreds of thousands of operations at once, with failures, repetitions and clocks that jump. A
 * seed that failed is tried again by {@code -Dsimulation.seed=…}.
 */
@EachDatabase(migrated = "payments")
class SimulationTest {

    @Test
    void theBooksAreRightWhateverHappens(Database database) throws Exception {
        long seed = Long.getLong("simulation.seed", ThreadLocalRandom.current().nextLong(1 << 30));
        var simulation = new Simulation(database, seed, Simulation.operations());
        long start = System.nanoTime();
        var violations = simulation.run();
        System.out.printf(
                "simulation on %s with seed %d: %d operations in %.1f s%n%s%n",
                database.kind(),
                seed,
                Simulation.operations(),
                (System.nanoTime() - start) / 1e9,
                simulation.counts());
        assertThat(violations).as("seed " + seed).isEmpty();
    }
}
