package ai.robutler.identity;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;

import com.nimbusds.jose.jwk.JWK;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an issuer publishes: its keys, and where they are.
 *
 * <p>Source of the formats: OpenID Connect Discovery 1.0; RFC 7517.
 *
 * @param issuer as configured
 * @param jwks the URL of its keys, "" for what its discovery document says
 */
record IssuerDocuments(String issuer, String jwks, Documents documents) {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerDocuments.class);
    private static final int MOST_KEYS = 64;

    /**
     * The issuer's keys as they are now; none is an answer, too: then it has revoked them all.
     *
     * @throws NoDocumentException if nobody can tell
     */
    List<VerificationKey> keys() throws NoDocumentException {
        String url = jwks.isEmpty() ? discovered() : jwks;
        JsonNode all = document(url).path("keys");
        if (!all.isArray()) {
            throw new NoDocumentException(url + " is no JWK set: it has no 'keys'");
        }
        if (all.size() > MOST_KEYS) {
            throw new NoDocumentException(url + " has more than " + MOST_KEYS + " keys");
        }
        var keys = new ArrayList<VerificationKey>();
        for (JsonNode each : all) {
            read(each, keys);
        }
        return List.copyOf(keys);
    }

    /** One key that is wrong, weak or of an unknown kind does not spoil the others. */
    private void read(JsonNode json, List<VerificationKey> keys) {
        try {
            VerificationKey.of(JWK.parse(Json.write(json))).ifPresent(keys::add);
        } catch (ParseException | RuntimeException e) {
            LOG.debug("a key of {} is left out: {}", issuer, e.getClass().getSimpleName());
        }
    }

    private String discovered() throws NoDocumentException {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        String url = base + "/.well-known/openid-configuration";
        ObjectNode configuration = document(url);
        if (!configuration.path("issuer").asString("").equals(issuer)) {
            throw new NoDocumentException(
                    url + " is of another issuer: its 'issuer' must be exactly '" + issuer + "'");
        }
        String found = configuration.path("jwks_uri").asString("");
        if (found.isEmpty() || (issuer.startsWith("https:") && !found.startsWith("https:"))) {
            throw new NoDocumentException(url + " has no https URL as its 'jwks_uri'");
        }
        return found;
    }

    private ObjectNode document(String url) throws NoDocumentException {
        byte[] bytes = documents.get(url);
        if (bytes.length > Documents.MAX_BYTES) {
            throw new NoDocumentException(url + " is too long");
        }
        try {
            return Json.parseObject(bytes);
        } catch (JsonSyntaxException e) {
            throw new NoDocumentException(url + ": " + e.getMessage());
        }
    }
}
