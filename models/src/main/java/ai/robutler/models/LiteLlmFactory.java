package ai.robutler.models;

import ai.robutler.core.ModelProvider;
import ai.robutler.core.ProviderFactory;
import ai.robutler.core.ProviderSource;
import ai.robutler.core.Settings;

import java.util.Optional;
import java.util.TreeSet;

/**
 * Makes the provider {@code litellm}: it passes calls on to deployments at the other providers, by
 * a table of aliases; with a {@code base-url}, what no alias names goes to a LiteLLM proxy there.
 */
public final class LiteLlmFactory implements ProviderFactory {
    static final String NAME = "litellm";
    private static final OpenAiDialect PROXY =
            OpenAiDialect.row(NAME, 40, "http://localhost:4000", "", Quirks.builder())
                    .with(Access.ADDRESS);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return PROXY.rank();
    }

    /** Without others to route to, it is a proxy's client at most. */
    @Override
    public ModelProvider create(Settings settings) {
        return create(settings, ProviderSource.NONE);
    }

    /**
     * Reads {@code models} (see {@link RouteReader}) and {@code api-keys}: keys by provider that
     * win over all others for calls through here. The rest is as for {@code openai}; {@code
     * attempts} and {@code timeouts.total} hold for a call with all its fallbacks.
     */
    @Override
    public ModelProvider create(Settings settings, ProviderSource others) {
        boolean proxied = !settings.text("base-url", PROXY.urlVariable(), "").isBlank();
        boolean counted = !settings.value("attempts").isMissingNode();
        OpenAiSettings read = OpenAiSettings.from(settings, PROXY);
        Catalog catalog = Catalog.of(settings);
        Optional<ModelProvider> proxy =
                proxied ? Optional.of(new OpenAiProvider(PROXY, read, catalog)) : Optional.empty();
        var names = new TreeSet<>(others.names());
        names.remove(NAME);
        var routes = new RouteReader(settings.section("models"), names, proxied).read();
        var backends =
                Backends.of(settings.section("api-keys"), others, names, proxy)
                        .watching(routes.values());
        return new LiteLlmProvider(
                routes,
                backends,
                catalog,
                proxied,
                read.defaultModel(),
                counted ? Optional.of(read.attempts().most()) : Optional.empty(),
                read.timeouts().total());
    }
}
