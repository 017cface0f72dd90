package ai.robutler.langchain4j;

import ai.robutler.core.Json;

import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;

/**
 * A JSON Schema of an object in LangChain4j's form: the object itself in its classes, each property
 * as it stands, so that no keyword is lost.
 */
final class Schemas {
    private Schemas() {}

    static JsonObjectSchema object(JsonNode schema) {
        var built = JsonObjectSchema.builder();
        if (schema.path("description").isString()) {
            built.description(schema.path("description").stringValue());
        }
        for (var property : schema.path("properties").properties()) {
            built.addProperty(property.getKey(), raw(property.getValue()));
        }
        var required = new ArrayList<String>();
        schema.path("required").forEach(name -> required.add(name.asString("")));
        built.required(required);
        if (schema.path("additionalProperties").isBoolean()) {
            built.additionalProperties(schema.path("additionalProperties").booleanValue());
        }
        var definitions = new LinkedHashMap<String, JsonSchemaElement>();
        for (var definition : schema.path("$defs").properties()) {
            definitions.put(definition.getKey(), raw(definition.getValue()));
        }
        if (!definitions.isEmpty()) {
            built.definitions(definitions);
        }
        return built.build();
    }

    private static JsonRawSchema raw(JsonNode schema) {
        return JsonRawSchema.from(Json.write(schema));
    }
}
