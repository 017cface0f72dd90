package ai.robutler.models;

import java.util.Locale;

/** What a model can do beyond text. Its name in catalogs is in lower case, with hyphens. */
public enum Ability {
    /** Calls tools. */
    TOOLS,
    /** Reads images. */
    IMAGES,
    /** Reads documents, PDF at least. */
    DOCUMENTS,
    /** Answers in JSON that keeps to a schema. */
    JSON_SCHEMA,
    /** Thinks before it answers. */
    REASONING;

    /** As it is written in a catalog. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
