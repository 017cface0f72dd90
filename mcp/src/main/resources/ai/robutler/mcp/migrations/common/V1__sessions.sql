-- What MCP clients and agents agreed on, until 2025-11-25. Times are milliseconds since 1970.
CREATE TABLE mcp_sessions (
    id           VARCHAR(64)  NOT NULL PRIMARY KEY, -- SHA-256 of the client's name for it
    agent        VARCHAR(64)  NOT NULL,
    subject      TEXT         NOT NULL,             -- '' for anonymous callers
    revision     VARCHAR(10)  NOT NULL,
    capabilities TEXT         NOT NULL,
    log_level    VARCHAR(10)  NOT NULL,             -- '' where the client has not asked
    resources    TEXT         NOT NULL,
    created      BIGINT       NOT NULL,
    used         BIGINT       NOT NULL
);

CREATE INDEX mcp_sessions_by_subject ON mcp_sessions (subject, used);
CREATE INDEX mcp_sessions_by_use ON mcp_sessions (used);

-- What came in at one node for work at another: cancellations, and answers to the server's requests.
CREATE TABLE mcp_mail (
    session VARCHAR(64)  NOT NULL,
    kind    VARCHAR(8)   NOT NULL,
    ref     VARCHAR(300) NOT NULL,
    body    TEXT         NOT NULL,
    created BIGINT       NOT NULL,
    PRIMARY KEY (session, kind, ref)
);

CREATE INDEX mcp_mail_by_age ON mcp_mail (created);
