package ai.robutler.app;

import ai.robutler.core.SkillFactory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The skills that agents can name. */
record SkillSet(Map<String, SkillFactory> byName) {
    SkillSet {
        byName = Map.copyOf(byName);
    }

    /**
     * Those on the class path.
     *
     * @throws java.util.ServiceConfigurationError if a jar registers what is not there
     */
    static SkillSet found() {
        var byName = new TreeMap<String, SkillFactory>();
        for (SkillFactory factory : ServiceLoader.load(SkillFactory.class)) {
            byName.putIfAbsent(factory.name(), factory);
        }
        return new SkillSet(byName);
    }

    /** These too; they come before others of the same name. */
    SkillSet with(List<SkillFactory> factories) {
        var all = new TreeMap<>(byName);
        factories.forEach(factory -> all.put(factory.name(), factory));
        return new SkillSet(all);
    }

    List<String> names() {
        return byName.keySet().stream().sorted().toList();
    }

    Optional<SkillFactory> factory(String name) {
        return Optional.ofNullable(byName.get(name));
    }
}
