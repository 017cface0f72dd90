package ai.robutler.testkit;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.EnumSet;
import java.util.Set;

/**
 * What holds for a message reply as a whole. The nodes are never changed: each change makes a copy.
 */
record Shape(
        int pieceSize,
        @Nullable JsonNode usage,
        UsagePlace usagePlace,
        Set<Oddity> oddities,
        ObjectNode fields) {

    /** Four characters a piece are about a token. */
    static final Shape REGULAR = new Shape(4, null, UsagePlace.AS_ASKED, Set.of(), Json.object());

    Shape {
        Checks.positive(pieceSize, "size of a piece");
        oddities = Set.copyOf(oddities);
    }

    boolean has(Oddity oddity) {
        return oddities.contains(oddity);
    }

    Shape pieceSize(int characters) {
        return new Shape(characters, usage, usagePlace, oddities, fields);
    }

    Shape usage(JsonNode numbers) {
        return new Shape(pieceSize, numbers, usagePlace, oddities, fields);
    }

    Shape usagePlace(UsagePlace place) {
        return new Shape(pieceSize, usage, place, oddities, fields);
    }

    Shape odd(Set<Oddity> more) {
        Set<Oddity> all = EnumSet.noneOf(Oddity.class);
        all.addAll(oddities);
        all.addAll(more);
        return new Shape(pieceSize, usage, usagePlace, all, fields);
    }

    Shape field(String name, JsonNode value) {
        return new Shape(
                pieceSize, usage, usagePlace, oddities, fields.deepCopy().set(name, value));
    }
}
