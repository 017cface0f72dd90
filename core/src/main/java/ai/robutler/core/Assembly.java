package ai.robutler.core;

import tools.jackson.databind.node.ObjectNode;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Makes the providers of a program, each when it is first asked for. */
final class Assembly implements ProviderSource {
    private final Settings settings;
    private final Map<String, ProviderFactory> factories = new LinkedHashMap<>();
    private final Map<String, Settings> sections = new HashMap<>();
    private final Map<String, ModelProvider> made = new HashMap<>();
    private final Set<String> inTheMaking = new HashSet<>();

    /**
     * @param factories in their order of preference
     */
    Assembly(List<ProviderFactory> factories, Settings settings) {
        this.settings = settings;
        factories.forEach(factory -> this.factories.put(factory.name(), factory));
    }

    /** All of them, in their order of preference. */
    Map<String, ModelProvider> all() {
        var all = new LinkedHashMap<String, ModelProvider>();
        factories.keySet().forEach(name -> all.put(name, shared(name)));
        return all;
    }

    @Override
    public List<String> names() {
        return factories.keySet().stream().sorted().toList();
    }

    @Override
    public ModelProvider shared(String name) {
        ModelProvider known = made.get(name);
        if (known != null) {
            return known;
        }
        ProviderFactory factory = factory(name);
        if (!inTheMaking.add(name)) {
            throw new IllegalArgumentException("the provider " + name + " cannot use itself");
        }
        ModelProvider fresh = factory.create(section(name), this);
        made.put(name, fresh);
        return fresh;
    }

    @Override
    public ModelProvider create(Settings other, String name) {
        return factory(name).create(other);
    }

    @Override
    public Settings settings(String name, UnaryOperator<ObjectNode> change) {
        ProviderFactory _ = factory(name);
        return section(name).changed(change);
    }

    private Settings section(String name) {
        return sections.computeIfAbsent(name, settings::section);
    }

    private ProviderFactory factory(String name) {
        ProviderFactory factory = factories.get(name);
        if (factory == null) {
            throw new IllegalArgumentException(
                    "unknown model provider '"
                            + name
                            + "'; known are: "
                            + String.join(", ", names()));
        }
        return factory;
    }
}
