package ai.robutler.models;

import ai.robutler.core.Completer;
import ai.robutler.core.ModelProvider;

import java.util.Optional;

/** Has one model, {@code rules}, and is always ready. */
final class OfflineProvider implements ModelProvider {
    private static final String RULES = "rules";

    @Override
    public Completer model(String name) {
        if (!name.equals(RULES)) {
            throw new IllegalArgumentException(
                    "the provider offline has no model '"
                            + name
                            + "'; its only one is offline/rules");
        }
        return new OfflineModel();
    }

    @Override
    public Optional<String> defaultModel() {
        return Optional.of(RULES);
    }

    @Override
    public void close() {}
}
