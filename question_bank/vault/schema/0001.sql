-- Everything that was done, in order.
CREATE TABLE change (
  change INTEGER PRIMARY KEY,     -- 1, 2, 3 …
  at_ms  INTEGER NOT NULL,        -- by this computer's clock, ms since 1970 UTC
  person TEXT    NOT NULL,
  act    TEXT    NOT NULL,        -- docs/vault.md has the list
  kind   TEXT    NOT NULL CHECK (kind IN ('bank', 'item', 'stimulus', 'topic', 'medium', 'paper')),
  name   TEXT    NOT NULL,        -- of the item, stimulus … that it was done to; '' for the bank
  why    TEXT    NOT NULL,
  body   TEXT    NOT NULL
) STRICT;
CREATE INDEX change_of ON change (kind, name, change);

-- The content of a thing from one change to the next.
CREATE TABLE revision (
  kind     TEXT    NOT NULL CHECK (kind IN ('item', 'stimulus', 'topic', 'medium', 'paper')),
  name     TEXT    NOT NULL,
  revision INTEGER NOT NULL,      -- 1, 2, 3 … of this thing
  change   INTEGER NOT NULL REFERENCES change,
  made     TEXT    NOT NULL CHECK (made IN ('written', 'undone', 'redone')),
  sha256   BLOB    NOT NULL CHECK (length(sha256) = 32),  -- of the content
  content  TEXT    NOT NULL,  -- canonical JSON
  UNIQUE (kind, name, revision)
) STRICT;

-- Where each item stands: what the two tables above come to.
CREATE TABLE item (
  number   INTEGER PRIMARY KEY,   -- of its row in `search`
  item     TEXT    NOT NULL UNIQUE,
  revision INTEGER NOT NULL,
  topic    TEXT    NOT NULL,
  level    TEXT    NOT NULL,
  type     TEXT    NOT NULL,
  stimulus TEXT    NOT NULL,      -- '' without one
  line     TEXT    NOT NULL,      -- the beginning of what it asks, in plain words, for lists
  state    TEXT    NOT NULL CHECK (state IN ('draft', 'reviewed', 'approved', 'withdrawn')),
  reviewer TEXT,
  approver TEXT,
  change   INTEGER NOT NULL REFERENCES change  -- the last one of it
) STRICT;

-- Why an import wants an item to be looked at.
CREATE TABLE reason (
  reason  INTEGER PRIMARY KEY,
  item    TEXT    NOT NULL REFERENCES item (item),
  change  INTEGER NOT NULL REFERENCES change,  -- the import
  code    TEXT    NOT NULL,
  place   TEXT    NOT NULL,       -- in the imported file
  message TEXT    NOT NULL,
  settled INTEGER REFERENCES change
) STRICT;
CREATE INDEX reason_of ON reason (item, settled);

-- Where an imported item came from.
CREATE TABLE origin (
  item     TEXT    PRIMARY KEY REFERENCES item (item),
  change   INTEGER NOT NULL REFERENCES change,
  place    TEXT    NOT NULL,
  evidence TEXT    NOT NULL,
  source   TEXT    NOT NULL       -- as it stood in the file
) STRICT;

CREATE TABLE blob (
  sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  data   BLOB NOT NULL
) STRICT;

-- An item in a form.
CREATE TABLE use (
  change   INTEGER NOT NULL REFERENCES change,
  item     TEXT    NOT NULL REFERENCES item (item),
  sha256   BLOB    NOT NULL CHECK (length(sha256) = 32),  -- of the item as it was used
  package  TEXT    NOT NULL,
  contest  TEXT    NOT NULL,
  round    TEXT    NOT NULL,
  form_set TEXT    NOT NULL,
  how      TEXT    NOT NULL CHECK (how IN ('assembled', 'sealed')),
  PRIMARY KEY (change, item, package)
) STRICT;
CREATE INDEX use_of ON use (item, change);

-- What is being typed: neither a revision nor history.
CREATE TABLE rough (
  name    TEXT    NOT NULL,
  person  TEXT    NOT NULL,
  at_ms   INTEGER NOT NULL,
  content TEXT    NOT NULL,
  PRIMARY KEY (name, person)
) STRICT;

CREATE VIRTUAL TABLE search USING fts5(words, tokenize = 'unicode61 remove_diacritics 2');

-- Added, never overwritten.
CREATE TRIGGER change_stays BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER change_remains BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER revision_stays BEFORE UPDATE ON revision BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER revision_remains BEFORE DELETE ON revision BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER use_stays BEFORE UPDATE ON use BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER use_remains BEFORE DELETE ON use BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER origin_stays BEFORE UPDATE ON origin BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER origin_remains BEFORE DELETE ON origin BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER blob_stays BEFORE UPDATE ON blob BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER reason_remains BEFORE DELETE ON reason BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER reason_stays BEFORE UPDATE ON reason
  WHEN OLD.settled IS NOT NULL OR NEW.item <> OLD.item OR NEW.code <> OLD.code OR NEW.message <> OLD.message
  BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
