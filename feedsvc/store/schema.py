"""An open database in, its tables up to date out: migrations that are only ever appended to.

Instants are UTC text of one width ("2024-04-26T00:00:00.000000Z"), so that they sort; lists are JSON text. `published`
and `updated` of an article keep the offset they were printed with.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x66656564  # "feed": tells our file from another program's
VERSION = 4  # how many migrations there are; kept in user_version
PAGE_SIZE = 2048  # 1.30 bytes of file for a byte of text; 1.37 with 4096, 1.53 with 8192, at the same speed

migrations = Migrations("feedsvc")


@migrations()
def m001_sources_articles_feeds(db: Database) -> None:
    _run(db, _SOURCES + _ARTICLES + _FEEDS + _LOG + _REST)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")


@migrations()
def m002_ways(db: Database) -> None:
    db.execute("ALTER TABLE sources ADD COLUMN way_url TEXT")  # where a source of kind "auto" is read
    db.execute("ALTER TABLE sources ADD COLUMN way_why TEXT")
    db.execute("PRAGMA user_version = 2")


@migrations()
def m003_memory(db: Database) -> None:
    # JSON: what good readings were like, what fails since when, the rules that were learned, the last incidents.
    db.execute("ALTER TABLE sources ADD COLUMN memory TEXT")
    db.execute("PRAGMA user_version = 3")


@migrations()
def m004_incidents_days_tallies(db: Database) -> None:
    _run(db, _OPERATING)
    db.execute("PRAGMA user_version = 4")


def _run(db: Database, script: str) -> None:
    """Execute statements that each end with a line; sqlite-utils' executescript takes 25 ms to find where they end."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)


_SOURCES = """
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    removed_at TEXT,          -- gone from the configuration since; its articles stay
    rhythm TEXT NOT NULL,     -- the rhythm next_poll_at was made with
    next_poll_at TEXT NOT NULL,
    why TEXT NOT NULL,
    lease TEXT,               -- the token of the last poll that has not been recorded
    lease_holder TEXT,        -- who is polling it now
    leased_until TEXT,
    readdressed INTEGER NOT NULL DEFAULT 0, -- its url was edited while it was being polled
    etag TEXT,
    last_modified TEXT,
    body_hash TEXT,
    health TEXT NOT NULL DEFAULT 'new',
    health_since TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    first_failed_at TEXT,
    last_poll_at TEXT,
    last_success_at TEXT,
    last_new_at TEXT,
    not_before TEXT,          -- the site asked to be left alone until then
    usual_leads INTEGER,
    error_kind TEXT,
    error_message TEXT,
    polls INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 0 -- grows with everything that is written about its articles
) STRICT, WITHOUT ROWID;
CREATE INDEX sources_due ON sources (next_poll_at) WHERE enabled = 1;
CREATE INDEX sources_leased ON sources (lease_holder) WHERE lease_holder IS NOT NULL;
CREATE INDEX sources_last_poll ON sources (last_poll_at);

CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    gap_seconds REAL NOT NULL,
    free_at TEXT              -- the end of the last request and the gap
) STRICT, WITHOUT ROWID;

-- Articles whose page could not be had so far, by identity key.
CREATE TABLE pending (
    source TEXT NOT NULL REFERENCES sources (id),
    key TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
"""

# The columns that every poll reads stand before the long texts: SQLite then reads no overflow page for them.
_ARTICLES = """
CREATE TABLE articles (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL REFERENCES sources (id),
    feed_time TEXT NOT NULL,  -- what it is sorted by and published under, fixed at first sight
    first_seen TEXT NOT NULL,
    changed TEXT NOT NULL,    -- the last real edit; first_seen until there is one
    listed INTEGER NOT NULL,  -- it was on the listing when that was last read
    last_seen TEXT NOT NULL,  -- when it came onto the listing; when it was last seen there, once it has gone
    withdrawn_at TEXT,
    looks INTEGER NOT NULL,   -- how often its page was read
    next_look_at TEXT,
    page_etag TEXT,
    page_last_modified TEXT,
    fingerprint TEXT NOT NULL,
    lead_fingerprint TEXT NOT NULL,
    url TEXT NOT NULL,
    headline TEXT NOT NULL,
    kicker TEXT,
    title TEXT NOT NULL,
    published TEXT,
    published_precision TEXT,
    updated TEXT,
    language TEXT,
    access TEXT,
    canonical TEXT,
    authors TEXT NOT NULL,
    categories TEXT NOT NULL, -- labels as the page prints them
    enclosures TEXT NOT NULL,
    has_image INTEGER NOT NULL,
    image_url TEXT,
    image_alt TEXT,
    image_caption TEXT,
    image_credit TEXT,
    teaser TEXT,
    body_html TEXT
) STRICT;
CREATE INDEX articles_of_source ON articles (source, listed DESC, last_seen DESC);

-- Every key an article is known by. No foreign key to articles: it would need a second copy of this table as an index.
CREATE TABLE aliases (
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- What an article said before it was edited.
CREATE TABLE versions (
    version INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles (pk) ON DELETE CASCADE,
    changed TEXT NOT NULL,    -- since when it said so
    title TEXT NOT NULL,
    teaser TEXT,
    body_html TEXT
) STRICT;
CREATE INDEX versions_of_article ON versions (article);
"""

# The primary key of memberships answers "the newest of a feed" by itself: 0.14 ms at a million articles.
_FEEDS = """
CREATE TABLE feeds (
    feed INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    configured INTEGER,       -- 1 it is, 0 it was, NULL it never was: made from a source's label
    created TEXT NOT NULL,
    changed TEXT NOT NULL,    -- moves with every new, edited or withdrawn article of it
    generation INTEGER NOT NULL DEFAULT 1,
    published_generation INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX feeds_unpublished ON feeds (path) WHERE generation > published_generation;
CREATE VIEW unpublished AS SELECT path, generation FROM feeds WHERE generation > published_generation;

CREATE TABLE memberships (
    feed INTEGER NOT NULL REFERENCES feeds (feed),
    feed_time TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (pk) ON DELETE CASCADE,
    position INTEGER NOT NULL, -- the place among the article's feeds
    reason TEXT,               -- NULL: every article is in it (feeds/all and its source's)
    PRIMARY KEY (feed, feed_time DESC, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_of_article ON memberships (article);

CREATE VIEW articles_by_feed AS
    SELECT feeds.path AS feed, feeds.name AS feed_name, memberships.feed_time, articles.source, articles.title,
        articles.url, memberships.reason, articles.id
    FROM memberships JOIN feeds USING (feed) JOIN articles ON articles.pk = memberships.article;
"""

_LOG = """
CREATE TABLE polls (
    poll INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (id),
    started_at TEXT NOT NULL,
    seconds REAL NOT NULL,
    status TEXT NOT NULL,
    http_status INTEGER,      -- of the first request
    bytes INTEGER NOT NULL,
    found INTEGER,            -- articles on the listing; NULL: it was not read
    new INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    rejected TEXT NOT NULL,   -- the first items that could not be read, and why
    error_kind TEXT,
    error_message TEXT,
    next_poll_at TEXT NOT NULL,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX polls_of_source ON polls (source);

CREATE TABLE fetches (
    poll INTEGER NOT NULL REFERENCES polls (poll) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    url TEXT NOT NULL,
    at TEXT NOT NULL,
    status INTEGER,
    bytes INTEGER NOT NULL,
    seconds REAL NOT NULL,
    error_kind TEXT,
    error_message TEXT,
    PRIMARY KEY (poll, number)
) STRICT, WITHOUT ROWID;
"""

_REST = """
CREATE TABLE robots (
    origin TEXT PRIMARY KEY,
    status INTEGER,
    body TEXT NOT NULL,
    fetched_at TEXT NOT NULL
) STRICT;

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

# What an operator watches, kept up with every poll: a row a day of each source, and one for each way polls end.
_OPERATING = """
CREATE TABLE incidents (
    incident INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,       -- health, learned, dropped
    was TEXT NOT NULL,        -- the health before
    since TEXT,               -- when that began
    health TEXT NOT NULL,
    field TEXT,               -- what cannot be read
    error_kind TEXT,
    message TEXT NOT NULL,
    detail TEXT,              -- what the failed request said
    UNIQUE (source, at, kind, health)
) STRICT;
CREATE INDEX incidents_at ON incidents (at);

CREATE TABLE days (
    source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    day TEXT NOT NULL,        -- in UTC
    polls INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    new INTEGER NOT NULL,
    seconds REAL NOT NULL,    -- of all polls together
    PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;
INSERT INTO days SELECT source, substr(started_at, 1, 10), count(*),
    count(CASE WHEN status NOT IN ('ok', 'unchanged', 'degraded') THEN 1 END), sum(new), sum(seconds)
    FROM polls GROUP BY 1, 2;

CREATE TABLE tallies (
    status TEXT NOT NULL,
    kind TEXT NOT NULL,       -- the error's; '' without one
    polls INTEGER NOT NULL,
    seconds REAL NOT NULL,
    bytes INTEGER NOT NULL,
    new INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    under_100ms INTEGER NOT NULL,
    under_300ms INTEGER NOT NULL,
    under_1s INTEGER NOT NULL,
    under_3s INTEGER NOT NULL,
    under_10s INTEGER NOT NULL,
    under_30s INTEGER NOT NULL,
    PRIMARY KEY (status, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO tallies SELECT status, coalesce(error_kind, ''), count(*), sum(seconds), sum(bytes), sum(new), sum(updated),
    sum(withdrawn), sum(seconds <= 0.1), sum(seconds <= 0.3), sum(seconds <= 1), sum(seconds <= 3), sum(seconds <= 10),
    sum(seconds <= 30) FROM polls GROUP BY 1, 2;
"""
