package ai.robutler.models;

import ai.robutler.core.ModelName;

import java.util.List;

/**
 * Where the calls of one alias go.
 *
 * @param stages tried in this order; within one, by weight
 * @param larger for prompts that do not fit elsewhere, in this order
 */
record Route(List<List<Target>> stages, List<Target> larger) {

    /**
     * A deployment.
     *
     * @param weight its share among the others of its stage
     * @param window how many tokens fit, 0 where the configuration does not say
     */
    record Target(ModelName model, int weight, long window) {}

    Route {
        stages = stages.stream().map(List::copyOf).toList();
        larger = List.copyOf(larger);
    }

    static Route to(ModelName model) {
        return new Route(List.of(List.of(new Target(model, 1, 0))), List.of());
    }

    /** How many deployments there are before the larger ones. */
    int size() {
        return stages.stream().mapToInt(List::size).sum();
    }
}
