/**
 * Every shape the file has had, oldest first; `PRAGMA user_version` counts how many were applied.
 * A shipped migration is never edited.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE principals (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    is_owner INTEGER NOT NULL
  ) STRICT;
  -- What a person comes in with: a browser's cookie, or the token of a program that acts as its maker.
  CREATE TABLE credentials (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    secret BLOB NOT NULL UNIQUE, -- SHA-256
    principal TEXT NOT NULL REFERENCES principals,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX credentials_of ON credentials (principal);
  -- Without a row: nobody's yet, or written before anybody signed in, which makes it the server owner's.
  CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL REFERENCES principals,
    created INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE invites (
    id TEXT PRIMARY KEY,
    secret BLOB NOT NULL UNIQUE, -- SHA-256
    document TEXT NOT NULL,
    role TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES principals,
    created INTEGER NOT NULL,
    expires INTEGER,
    revoked INTEGER
  ) STRICT;
  CREATE INDEX invites_to ON invites (document);
  -- What an invite gave; its role is the invite's.
  CREATE TABLE grants (
    document TEXT NOT NULL,
    principal TEXT NOT NULL REFERENCES principals,
    invite TEXT NOT NULL REFERENCES invites,
    PRIMARY KEY (document, principal, invite)
  ) STRICT, WITHOUT ROWID;
  -- What an owner said of a person, against every invite made before; without a role they were removed.
  CREATE TABLE decisions (
    document TEXT NOT NULL,
    principal TEXT NOT NULL REFERENCES principals,
    role TEXT,
    decided INTEGER NOT NULL,
    PRIMARY KEY (document, principal)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What lists say of a document that was written to: made from the log, and made again when it is lost.
  CREATE TABLE titles (
    document TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    edited INTEGER NOT NULL,
    seq INTEGER NOT NULL -- the row through which it was read
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX titles_newest ON titles (edited);
  -- A purged document stays here for ever, so that nobody who still has a copy can bring it back.
  CREATE TABLE trash (
    document TEXT PRIMARY KEY,
    trashed INTEGER NOT NULL,
    is_purged INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The key of the browser a session is of, which goes on when its cookie is lost; signing out forgets both.
  ALTER TABLE credentials ADD COLUMN device TEXT REFERENCES credentials ON DELETE CASCADE;
  CREATE INDEX credentials_by ON credentials (device);
  `,
  `
  -- Files people put into documents. Their bytes lie in blobs/, once for each hash, whoever holds it.
  CREATE TABLE blobs (
    document TEXT NOT NULL,
    hash TEXT NOT NULL, -- SHA-256, in hex
    type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    added_by TEXT NOT NULL REFERENCES principals,
    added INTEGER NOT NULL,
    PRIMARY KEY (document, hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blobs_by_hash ON blobs (hash);
  `,
];
