-- Tasks of the A2A protocol. Times are milliseconds since 1970.

CREATE TABLE a2a_task (
    id        TEXT    NOT NULL PRIMARY KEY,
    agent     TEXT    NOT NULL,
    caller    TEXT    NOT NULL,
    context   TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    question  TEXT    NOT NULL,
    answer    TEXT    NOT NULL,
    failure   TEXT    NOT NULL,
    created   BIGINT  NOT NULL,
    updated   BIGINT  NOT NULL,
    expires   BIGINT  NOT NULL,
    node      TEXT    NOT NULL,
    alive     BIGINT  NOT NULL,
    cancelled BIGINT  NOT NULL
);

CREATE INDEX a2a_task_of_caller ON a2a_task (agent, caller, updated);
CREATE INDEX a2a_task_of_context ON a2a_task (context, created);
CREATE INDEX a2a_task_expiry ON a2a_task (expires);
CREATE INDEX a2a_task_of_node ON a2a_task (node, state);
