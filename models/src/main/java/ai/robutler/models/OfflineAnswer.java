package ai.robutler.models;

import ai.robutler.core.ToolCall;

/** What the rules decided to answer. */
sealed interface OfflineAnswer {

    record Says(String text) implements OfflineAnswer {}

    record Calls(ToolCall call) implements OfflineAnswer {}
}
