package ai.robutler.store;

import ai.robutler.core.ApiException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** Asks the database, one question at a time, and does not wait long for the answer. */
final class HealthProbe {
    private static final Logger LOG = LoggerFactory.getLogger(HealthProbe.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Database database;
    private final AtomicReference<CompletableFuture<Health>> asked =
            new AtomicReference<>(CompletableFuture.completedFuture(new Health(true, "")));

    HealthProbe(Database database) {
        this.database = database;
    }

    Health health() {
        var own = new CompletableFuture<Health>();
        CompletableFuture<Health> before = asked.get();
        var answer = before;
        if (before.isDone() && asked.compareAndSet(before, own)) {
            Thread.ofVirtual().name("store-health").start(() -> own.complete(ask()));
            answer = own;
        }
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Health(false, "no answer within " + PATIENCE.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Health(false, "interrupted while asking");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Health ask() {
        try {
            database.read(handle -> handle.select("SELECT 1").mapTo(int.class).one());
            return new Health(true, "answers");
        } catch (ApiException e) {
            return new Health(false, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            LOG.warn("The health of the database cannot be told.", e);
            return new Health(false, "fails; the log tells why");
        }
    }
}
