package ai.robutler.server;

import tools.jackson.databind.JsonNode;

/** What kinds of values fields have, in the words of OpenAI's messages. */
enum Kind {
    STRING("a string") {
        @Override
        boolean fits(JsonNode value) {
            return value.isString();
        }
    },
    INTEGER("an integer") {
        @Override
        boolean fits(JsonNode value) {
            return value.isIntegralNumber();
        }
    },
    NUMBER("a decimal") {
        @Override
        boolean fits(JsonNode value) {
            return value.isNumber();
        }
    },
    BOOLEAN("a boolean") {
        @Override
        boolean fits(JsonNode value) {
            return value.isBoolean();
        }
    },
    OBJECT("an object") {
        @Override
        boolean fits(JsonNode value) {
            return value.isObject();
        }
    },
    ARRAY("an array") {
        @Override
        boolean fits(JsonNode value) {
            return value.isArray();
        }
    };

    private final String words;

    Kind(String words) {
        this.words = words;
    }

    abstract boolean fits(JsonNode value);

    String words() {
        return words;
    }
}
