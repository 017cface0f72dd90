-- All times are milliseconds since 1970.

CREATE TABLE identity_api_keys (
    -- The public part of the key.
    id TEXT NOT NULL PRIMARY KEY,
    -- SHA-256 of the secret, in hexadecimal.
    hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- JSON arrays.
    scopes TEXT NOT NULL,
    agents TEXT NOT NULL,
    budgets TEXT NOT NULL,
    created BIGINT NOT NULL,
    -- 0 for never.
    expires BIGINT NOT NULL,
    -- 0 as long as it is not.
    revoked BIGINT NOT NULL DEFAULT 0,
    -- 0 as long as it was not; behind by a minute or so.
    last_used BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX identity_api_keys_user ON identity_api_keys (user_id, created);

-- The public keys of all nodes: every node believes what any of them signed.
CREATE TABLE identity_signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    jwk TEXT NOT NULL,
    created BIGINT NOT NULL,
    -- After this, no token signed with it can be good.
    good_until BIGINT NOT NULL,
    -- 0 as long as it is not.
    revoked BIGINT NOT NULL DEFAULT 0
);

-- The owner assertions that have been used, as long as they could be used again.
CREATE TABLE identity_used_assertions (
    -- SHA-256 of issuer and jti, in hexadecimal.
    id TEXT NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
);

CREATE INDEX identity_used_assertions_expires ON identity_used_assertions (expires);
