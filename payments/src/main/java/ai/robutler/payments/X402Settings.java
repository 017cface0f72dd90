package ai.robutler.payments;

import ai.robutler.core.Settings;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How payments by x402 come in: {@code payments.x402} in the configuration.
 *
 * @param facilitator its base URL, without a slash at the end
 * @param authorization what it wants as {@code Authorization}, "" for nothing
 * @param asset what is paid with, and where
 * @param payTo who receives it: the operator's wallet
 * @param schemes of {@code exact} and {@code upto}
 * @param facilitatorAddress who settles {@code upto} on EVM networks
 * @param authorizedFor how long a payment may take from its signature to its settlement
 */
record X402Settings(
        String facilitator,
        String authorization,
        X402Asset asset,
        String payTo,
        Set<String> schemes,
        String facilitatorAddress,
        Duration authorizedFor) {
    static final String EXACT = "exact";
    static final String UPTO = "upto";

    private static final Pattern NETWORK = Pattern.compile("[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}");
    private static final Pattern EVM_ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");

    X402Settings {
        schemes = Set.copyOf(schemes);
    }

    /** Reads the section; what is wrong is noted as a problem, and must not be used then. */
    static X402Settings read(Settings x402) {
        String facilitator = url(x402);
        String network = x402.text("network", "");
        if (!NETWORK.matcher(network).matches()) {
            x402.problem("network", "must be a CAIP-2 network such as eip155:8453");
        }
        boolean evm = network.startsWith("eip155:");
        var asset =
                new X402Asset(
                        network,
                        address(x402, "asset", evm),
                        x402.integer("decimals", 6, 0, 18),
                        x402.text("asset-name", "USDC"),
                        x402.text("asset-version", "2"));
        String payTo = address(x402, "pay-to", evm);
        Set<String> schemes = schemes(x402);
        String settler = x402.text("facilitator-address", "");
        if (evm && schemes.contains(UPTO) && !EVM_ADDRESS.matcher(settler).matches()) {
            x402.problem(
                    "facilitator-address",
                    "must be the address that the facilitator settles upto payments from (its"
                            + " /supported tells), or leave upto out of 'schemes'");
        }
        Duration authorizedFor = x402.duration("authorized-for", Duration.ofMinutes(10));
        if (authorizedFor.toSeconds() < 10 || authorizedFor.toSeconds() > 86_400) {
            x402.problem("authorized-for", "must be from 10s to 1d, such as 10m");
        }
        return new X402Settings(
                facilitator,
                x402.text("authorization", ""),
                asset,
                payTo,
                schemes,
                settler,
                authorizedFor);
    }

    private static String url(Settings x402) {
        String text = x402.text("facilitator", "").replaceAll("/+$", "");
        try {
            URI url = URI.create(text);
            if (url.getHost() != null
                    && url.getUserInfo() == null
                    && url.getQuery() == null
                    && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))) {
                return text;
            }
        } catch (IllegalArgumentException _) {
            // Told below.
        }
        x402.problem(
                "facilitator",
                "must be the base URL of a facilitator, such as https://example.com");
        return "";
    }

    private static String address(Settings x402, String key, boolean evm) {
        String text = x402.text(key, "");
        if (text.isBlank() || (evm && !EVM_ADDRESS.matcher(text).matches())) {
            x402.problem(
                    key,
                    evm
                            ? "must be an address: 0x and 40 hexadecimal digits"
                            : "must be an address of the network");
        }
        return text;
    }

    private static Set<String> schemes(Settings x402) {
        List<String> schemes = x402.texts("schemes");
        if (schemes.isEmpty()) {
            return Set.of(EXACT);
        }
        if (!Set.of(EXACT, UPTO).containsAll(schemes)) {
            x402.problem("schemes", "must be of exact and upto");
        }
        return Set.copyOf(schemes);
    }
}
