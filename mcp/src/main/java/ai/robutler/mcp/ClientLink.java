package ai.robutler.mcp;

/** A connection to a server, and what the server offers over it. */
record ClientLink(ClientConnection connection, ClientOffer offer) {}
