package ai.robutler.payments;

import ai.robutler.core.AgentTool;
import ai.robutler.core.Settings;
import ai.robutler.core.ToolPrice;

import tools.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent costs its callers: {@code price:} in its file. What its model calls cost the
 * platform is charged besides.
 *
 * @param requestNanoUsd for each answered request, in whole nano-dollars
 * @param marginPercent on what model calls cost, 0 to 10,000, of four decimal places at most
 * @param toolNanoUsd for calls of tools, by their names; goes before the tools' own prices
 * @param ownKeys whether callers may bring a key of the model's provider: its calls are free then
 * @param exactNanoUsd what a request paid by x402 {@code exact} costs, all included; 0: the price
 *     of a request
 * @param uptoNanoUsd what a request paid by x402 {@code upto} costs at most; 0: not offered
 */
public record AgentPrice(
        long requestNanoUsd,
        BigDecimal marginPercent,
        Map<String, Long> toolNanoUsd,
        boolean ownKeys,
        long exactNanoUsd,
        long uptoNanoUsd) {
    private static final int MOST_MARGIN = 10_000;

    public AgentPrice {
        toolNanoUsd = Map.copyOf(toolNanoUsd);
        new Percent(marginPercent);
        if (requestNanoUsd < 0
                || exactNanoUsd < 0
                || uptoNanoUsd < 0
                || toolNanoUsd.values().stream().anyMatch(nanoUsd -> nanoUsd < 0)) {
            throw new IllegalArgumentException("a price must be 0 or more");
        }
    }

    /** So much for each answered request, and what its model calls cost. */
    public static AgentPrice ofRequest(long nanoUsd) {
        return new AgentPrice(nanoUsd, BigDecimal.ZERO, Map.of(), false, 0, 0);
    }

    /**
     * Reads {@code price} of an agent's settings: US dollars for a request, or settings of its own.
     * Empty where there is none: the agent is free. What is wrong is noted as a problem.
     */
    public static Optional<AgentPrice> read(Settings agent) {
        JsonNode value = agent.value("price");
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (value.isObject()) {
            return Optional.of(settings(agent.section("price")));
        }
        if (value.isContainer() || value.isNull() || value.isBoolean()) {
            agent.problem(
                    "price",
                    "must be US dollars for a request, such as 0.01, or settings: request, margin,"
                            + " tools, own-keys, x402");
            return Optional.of(ofRequest(0));
        }
        return Optional.of(ofRequest(Amounts.read(agent, "price").orElse(0)));
    }

    private static AgentPrice settings(Settings price) {
        Settings tools = price.section("tools");
        var toolNanoUsd = new LinkedHashMap<String, Long>();
        for (String name : tools.keys()) {
            toolNanoUsd.put(name, Amounts.read(tools, name).orElse(0));
        }
        Settings x402 = price.section("x402");
        return new AgentPrice(
                Amounts.read(price, "request").orElse(0),
                Percent.read(price, "margin", MOST_MARGIN).hundredths(),
                toolNanoUsd,
                price.flag("own-keys", false),
                Amounts.read(x402, "exact").orElse(0),
                Amounts.read(x402, "upto").orElse(0));
    }

    /** What a call of this tool costs; whether failures do is for the tool to say. */
    ToolPrice of(AgentTool tool) {
        Long nanoUsd = toolNanoUsd.get(tool.name());
        return nanoUsd == null
                ? tool.price()
                : new ToolPrice(nanoUsd, tool.price().onFailure(), tool.price().byResult());
    }

    Percent margin() {
        return new Percent(marginPercent);
    }

    /** What {@code exact} costs, 0 where it cannot be offered. */
    long exact() {
        return exactNanoUsd > 0 ? exactNanoUsd : requestNanoUsd;
    }
}
