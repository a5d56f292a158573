"""The tables of a ledger in PostgreSQL beside its index: what they are, version by version.

A ledger of version n has had the first n of `STEPS`. A new one gets all of them, an older one those it lacks, in one transaction.
"""

from __future__ import annotations

_TABLES = """
CREATE TABLE ledger (
    one BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one),
    format TEXT NOT NULL,
    version INTEGER NOT NULL,
    indexed INTEGER NOT NULL,
    tables TEXT NOT NULL
);
CREATE TABLE batches (sequence BIGINT PRIMARY KEY CHECK (sequence > 0), content BYTEA NOT NULL);
CREATE TABLE records (
    sequence BIGINT REFERENCES batches,
    position BIGINT CHECK (position >= 0),
    content BYTEA NOT NULL,
    PRIMARY KEY (sequence, position)
);
CREATE TABLE bodies (hash TEXT COLLATE "C" PRIMARY KEY, content BYTEA NOT NULL);
ALTER TABLE bodies ALTER COLUMN content SET STORAGE EXTERNAL;
"""
# Only an erasure changes anything, and nothing but a record into an erased one of the same length, or a body into none.
_GUARDS = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a ledger only grows: % of % is refused', lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'AL001';
END $$;
CREATE FUNCTION refuse_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('allegata.erasing', TRUE) = 'on' THEN
        IF TG_TABLE_NAME = 'bodies' AND TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF TG_TABLE_NAME = 'records' AND TG_OP = 'UPDATE' THEN
            IF NEW.sequence = OLD.sequence AND NEW.position = OLD.position
                AND octet_length(NEW.content) = octet_length(OLD.content)
                AND position('"record":null,"salt":null}'::bytea IN NEW.content) > 0 THEN
                RETURN NEW;
            END IF;
        END IF;
    END IF;
    RAISE EXCEPTION 'a ledger only grows: % of % is refused', lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'AL001';
END $$;
CREATE TRIGGER grows BEFORE UPDATE OR DELETE ON batches FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER grows BEFORE UPDATE OR DELETE ON records FOR EACH ROW EXECUTE FUNCTION refuse_but_erasure();
CREATE TRIGGER grows BEFORE UPDATE OR DELETE ON bodies FOR EACH ROW EXECUTE FUNCTION refuse_but_erasure();
CREATE TRIGGER stays BEFORE TRUNCATE ON batches FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER stays BEFORE TRUNCATE ON records FOR EACH STATEMENT EXECUTE FUNCTION refuse();
CREATE TRIGGER stays BEFORE TRUNCATE ON bodies FOR EACH STATEMENT EXECUTE FUNCTION refuse();
"""
# What accounts log in with is replaced, not added to, and so is guarded by no trigger.
_CREDENTIALS = "CREATE TABLE credentials (one BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one), content BYTEA NOT NULL);"
STEPS = (_TABLES, _GUARDS, _CREDENTIALS)
FORMAT = "allegata-ledger"
