package ai.robutler.models;

import ai.robutler.core.ProviderFactories;
import ai.robutler.core.ProviderFactory;

import java.util.ArrayList;
import java.util.List;

/** Makes the providers of the table of dialects: {@code xai}, {@code ollama}, and so on. */
public final class DialectFactories implements ProviderFactories {
    @Override
    public List<ProviderFactory> factories() {
        var factories = new ArrayList<ProviderFactory>();
        Dialects.ALL.forEach(dialect -> factories.add(new OpenAiFactory(dialect)));
        return factories;
    }
}
