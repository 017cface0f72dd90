package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.node.ObjectNode;

/** Where a provider wants to be told how much its model shall think. */
enum EffortForm {
    /** {@code "reasoning_effort": "low"}, as OpenAI has it. */
    FIELD("`reasoning_effort`") {
        @Override
        void put(ObjectNode request, String effort) {
            request.put(OPENAI, effort);
        }
    },
    /** {@code "reasoning": {"effort": "low"}}, as OpenRouter has it. */
    OBJECT("`reasoning.effort`") {
        @Override
        void put(ObjectNode request, String effort) {
            request.remove(OPENAI);
            if (!request.has("reasoning")) {
                request.set("reasoning", Json.object().put("effort", effort));
            }
        }
    },
    /** {@code "thinking": {"type": "enabled"}} beside the field, as DeepSeek has it. */
    SWITCH("`thinking.type`, `reasoning_effort`") {
        @Override
        void put(ObjectNode request, String effort) {
            boolean off = effort.equals("none");
            if (off) {
                request.remove(OPENAI);
            } else {
                request.put(OPENAI, effort);
            }
            if (!request.has("thinking")) {
                request.set("thinking", Json.object().put("type", off ? "disabled" : "enabled"));
            }
        }
    };

    static final String OPENAI = "reasoning_effort";

    private final String words;

    EffortForm(String words) {
        this.words = words;
    }

    /** As the table of the documentation has it. */
    String words() {
        return words;
    }

    abstract void put(ObjectNode request, String effort);
}
