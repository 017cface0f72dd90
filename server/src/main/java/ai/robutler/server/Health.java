package ai.robutler.server;

/**
 * How a part of the program is.
 *
 * @param detail a few words for the operator, without secrets; "" where there is nothing to say
 */
public record Health(Status status, String detail) {

    /** In ascending order of trouble. */
    public enum Status {
        /** All is well. */
        UP,
        /** It works, but not as it should. */
        DEGRADED,
        /** It does not work. */
        DOWN
    }

    public static Health up() {
        return new Health(Status.UP, "");
    }

    public static Health degraded(String detail) {
        return new Health(Status.DEGRADED, detail);
    }

    public static Health down(String detail) {
        return new Health(Status.DOWN, detail);
    }
}
