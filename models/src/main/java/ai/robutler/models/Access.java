package ai.robutler.models;

/** What a provider needs before it can serve. */
enum Access {
    /** A key, unless another place is configured. */
    KEY,
    /** Nothing: it runs at a usual place of this machine. It serves as default if configured. */
    HERE,
    /** Its address, which has no usual value. */
    ADDRESS
}
