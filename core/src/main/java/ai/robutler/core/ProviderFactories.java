package ai.robutler.core;

import java.util.List;

/**
 * Brings several providers at once, where one class for each would say nothing. Found through
 * {@link java.util.ServiceLoader}, as {@link ProviderFactory} is.
 */
public interface ProviderFactories {

    /** The factories, each with a name of its own. */
    List<ProviderFactory> factories();
}
