package ai.robutler.app;

import ai.robutler.core.InvalidRequestException;
import ai.robutler.core.Json;
import ai.robutler.core.UserData;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ObjectNode;

import java.io.OutputStream;
import java.time.InstantSource;
import java.util.List;

/** All that the modules keep of users, as one. */
record UserDataSet(List<UserData> parts) {
    private static final int LONGEST = 256;

    UserDataSet {
        parts = List.copyOf(parts);
    }

    /**
     * Writes a copy of all that is kept of a user, as JSON, piece by piece.
     *
     * @throws InvalidRequestException if nobody can be called like this
     */
    void export(String user, OutputStream out) {
        requireUser(user);
        try (JsonGenerator json = Json.mapper().createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("user", user);
            json.writeStringProperty("exported", InstantSource.system().instant().toString());
            for (UserData part : parts) {
                json.writeName(part.name());
                json.writeStartArray();
                part.export(user, json::writeTree);
                json.writeEndArray();
            }
            json.writeEndObject();
        }
    }

    /** Deletes all of a user that may be deleted; what became of each part. */
    ObjectNode delete(String user) {
        requireUser(user);
        ObjectNode done = Json.object().put("user", user);
        ObjectNode deleted = done.putObject("deleted");
        ObjectNode kept = done.putObject("kept");
        for (UserData part : parts) {
            UserData.Deletion deletion = part.delete(user);
            deleted.put(part.name(), deletion.items());
            if (!deletion.kept().isEmpty()) {
                kept.put(part.name(), deletion.kept());
            }
        }
        return done;
    }

    /** Nobody's data are everybody's: the empty name stands for those whom nobody knows. */
    private static void requireUser(String user) {
        if (user.isBlank() || user.length() > LONGEST) {
            throw InvalidRequestException.of(
                    "user", "A user has a name of 1 to " + LONGEST + " characters.");
        }
    }
}
