package ai.robutler.app;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One word of the command line. */
interface Command {
    /** Everything went well. */
    int OK = 0;

    /** It was tried, and failed. */
    int FAILED = 1;

    /** It was not tried: something in the call, the config or a file is wrong. */
    int WRONG = 2;

    CommandSpec spec();

    /**
     * @return the exit code
     * @throws InterruptedException if the program is to end
     */
    int run(ParseResult parsed, Io io) throws InterruptedException;
}
