package ai.robutler.models;

import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderFactory;
import ai.robutler.core.Settings;

/**
 * Makes the provider {@code offline}: a rule-based stand-in for those who have no key yet, and for
 * demonstrations and tests that must not depend on a model. It has no settings.
 */
public final class OfflineFactory implements ProviderFactory {
    @Override
    public String name() {
        return "offline";
    }

    @Override
    public int rank() {
        return 1000;
    }

    @Override
    public ModelProvider create(Settings settings) {
        return new OfflineProvider();
    }
}
