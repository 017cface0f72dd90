package ai.robutler.mcp;

/**
 * OAuth 2.1 client credentials for a server.
 *
 * @param tokenUrl where tokens are had; "" if metadata tells
 * @param issuer whose metadata tells it; "" if the server's own metadata names the issuer, which
 *     must then be on the server's host: the secret goes nowhere that the operator did not name
 * @param scope what is asked for; "" for the issuer's choice
 */
record ClientCredentials(String id, String secret, String tokenUrl, String issuer, String scope) {
    @Override
    public String toString() {
        return "ClientCredentials[" + id + "]";
    }
}
