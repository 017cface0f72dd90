package ai.robutler.core;

/** An agent has a cost limit, and a model whose price is not known. */
public final class UnknownPriceException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnknownPriceException(String agent, String model) {
        super(
                "agent '"
                        + agent
                        + "' has a cost limit, but the price of its model "
                        + model
                        + " is not known: add the price to a catalog file (catalog: FILE in"
                        + " robutler.yaml), choose a model with a known price, or take the limit"
                        + " out");
    }
}
