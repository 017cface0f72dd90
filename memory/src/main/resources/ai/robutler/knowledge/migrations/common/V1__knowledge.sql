-- Folders of documents, what the documents say, in pieces.

CREATE TABLE knowledge_folders (
    -- A hash of the path and of how its documents are cut.
    id TEXT NOT NULL PRIMARY KEY,
    path TEXT NOT NULL,
    -- Milliseconds since 1970; 0 before the first time that all was looked at.
    scanned BIGINT NOT NULL,
    -- What kept the last scan from its end; empty where nothing did.
    problem TEXT NOT NULL
);

CREATE TABLE knowledge_documents (
    -- A hash of folder and path.
    id TEXT NOT NULL PRIMARY KEY,
    folder TEXT NOT NULL,
    -- Below the folder, with slashes.
    path TEXT NOT NULL,
    title TEXT NOT NULL,
    -- Of the bytes of the file.
    hash TEXT NOT NULL,
    size BIGINT NOT NULL,
    -- Both in milliseconds since 1970.
    modified BIGINT NOT NULL,
    ingested BIGINT NOT NULL,
    chunks INTEGER NOT NULL,
    -- Why nothing, or not everything, of it can be found; empty where all can.
    problem TEXT NOT NULL,
    -- Of the code that read it.
    reader INTEGER NOT NULL
);

CREATE UNIQUE INDEX knowledge_documents_path ON knowledge_documents (folder, path);

CREATE TABLE knowledge_chunks (
    -- A hash of the document and of what the chunk says: what stays the same keeps its vector.
    id TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    place INTEGER NOT NULL,
    -- The headings that it stands below, from the topmost.
    headings TEXT NOT NULL,
    text TEXT NOT NULL
);

CREATE INDEX knowledge_chunks_document ON knowledge_chunks (document);
