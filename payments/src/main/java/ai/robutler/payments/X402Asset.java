package ai.robutler.payments;

import ai.robutler.core.Json;

import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What is paid with by x402: a token that is worth one US dollar.
 *
 * @param network in CAIP-2 form
 * @param address the token's contract
 * @param decimals how many decimal places of it are whole units on the wire
 * @param name of the token's EIP-712 domain
 * @param version of the token's EIP-712 domain
 */
record X402Asset(String network, String address, int decimals, String name, String version) {
    private static final int NANO = 9;

    /** The least number of units that is worth this much at least. */
    String units(long nanoUsd) {
        return BigDecimal.valueOf(nanoUsd)
                .movePointRight(decimals - NANO)
                .setScale(0, RoundingMode.UP)
                .toPlainString();
    }

    /** What so many units are worth, in whole nano-dollars, rounded down. */
    long nanoUsd(String units) {
        return new BigDecimal(units)
                .movePointLeft(decimals - NANO)
                .setScale(0, RoundingMode.DOWN)
                .longValueExact();
    }

    boolean isEvm() {
        return network.startsWith("eip155:");
    }

    /** What signers must know of it beside its address. */
    ObjectNode domain() {
        return isEvm() ? Json.object().put("name", name).put("version", version) : Json.object();
    }
}
