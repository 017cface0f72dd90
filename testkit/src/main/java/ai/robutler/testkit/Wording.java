package ai.robutler.testkit;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;

/** One answer in the words of a dialect: a whole, or the events of its stream. */
interface Wording {

    ObjectNode whole();

    /** The events of the stream, each as one frame. */
    List<byte[]> frames();

    /** The events before the first text. */
    List<byte[]> opening();

    /** The event of one text delta. */
    byte[] piece(String text);
}
