package ai.robutler.store;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** A database that knows which modules' tables it was made with: their scripts have run. */
record MigratedDatabase(Database real, List<String> modules) implements Database {

    @Override
    public Kind kind() {
        return real.kind();
    }

    @Override
    public void migrate(String module) {
        if (!modules.contains(module)) {
            real.migrate(module);
        }
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return real.read(work);
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        return real.write(work);
    }

    @Override
    public <T extends @Nullable Object> T writeSoon(Work<T> work) {
        return real.writeSoon(work);
    }

    @Override
    public Health health() {
        return real.health();
    }

    @Override
    public void close() {
        real.close();
    }
}
