package ai.robutler.bench;

import ai.robutler.core.Json;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A provider that answers at once, and its one model, which has a price. */
final class Models implements AutoCloseable {
    static final String MODEL = "openai/bench";

    private static final String CATALOG =
            MODEL
                    + ": { window: 128000, output: 16384, abilities: [tools],"
                    + " price: { input: 2.5, output: 10 } }\n";

    private final ScriptedProvider provider =
            ScriptedProvider.start().always(_ -> Reply.text("All is well, and it is cheap."));
    private final Providers providers;

    /**
     * @param folder for the catalog
     */
    Models(Path folder) throws IOException {
        Path catalog = Files.writeString(folder.resolve("catalog.yaml"), CATALOG);
        ObjectNode openai =
                Json.object().put("base-url", provider.baseUrl()).put("api-key", "sk-bench");
        ObjectNode all = Json.object();
        all.set("openai", openai);
        var settings =
                Settings.of(all, name -> name.equals("ROBUTLER_CATALOG") ? "" + catalog : "");
        providers = Providers.configure(settings);
        if (!settings.problems().isEmpty()) {
            throw new IllegalStateException(settings.problems().toString());
        }
    }

    Providers providers() {
        return providers;
    }

    /** Frees what it remembers of the calls so far. */
    void forget() {
        provider.reset();
        provider.always(_ -> Reply.text("All is well, and it is cheap."));
    }

    @Override
    public void close() {
        providers.close();
        provider.close();
    }
}
