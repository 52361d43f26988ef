"""The right encoding, and 304 exactly when nothing has changed (RFC 9110 12.5.3, 13)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.web import negotiate

ALL = frozenset({"br", "gzip", "identity"})
MODIFIED = datetime(2026, 3, 2, 9, 30, 15, 700000, tzinfo=UTC)
ETAG = '"abc-gzip"'


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("identity;q=0.5, gzip;q=0.1", "identity"),
        ("*", "br"),
        ("*;q=0", None),
        ("identity;q=0", None),
        ("identity;q=0, gzip", "gzip"),
        ("gzip;q=0, *", "br"),
        ("deflate", "identity"),
        ("gzip;q=nonsense", "identity"),
        (",,;;q=1,", "identity"),
    ],
)
def test_the_encoding_is_the_one_the_client_likes_best(accept: str | None, expected: str | None) -> None:
    assert negotiate.encoding(accept, ALL) == expected


def test_only_what_exists_is_offered() -> None:
    assert negotiate.encoding("br, gzip", frozenset({"identity"})) == "identity"


@pytest.mark.parametrize(
    ("none_match", "since", "expected"),
    [
        (None, None, False),
        (ETAG, None, True),
        (f"W/{ETAG}", None, True),
        (f'"x", W/{ETAG} , "y"', None, True),
        ("*", None, True),
        ('"abc"', None, False),
        ("abc-gzip", None, False),
        ("", None, False),
        (None, "Mon, 02 Mar 2026 09:30:15 GMT", True),
        (None, "Mon, 02 Mar 2026 09:30:14 GMT", False),
        (None, "Mon, 02 Mar 2026 10:30:15 GMT", True),
        (None, "Monday, 02-Mar-26 09:30:15 GMT", True),
        (None, "nonsense", False),
        (None, "Mon, 99 Foo 2026", False),
        ('"other"', "Mon, 02 Mar 2026 10:30:15 GMT", False),
        (ETAG, "Sun, 01 Mar 2026 00:00:00 GMT", True),
    ],
)
def test_if_none_match_decides_and_else_if_modified_since(
    none_match: str | None, since: str | None, expected: bool
) -> None:
    assert negotiate.unchanged(none_match, since, ETAG, MODIFIED) is expected


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_header_makes_it_fail(one: str, other: str) -> None:
    assert negotiate.encoding(one, ALL) in {"br", "gzip", "identity", None}
    assert negotiate.unchanged(None, other, ETAG, MODIFIED) in {True, False}
    assert negotiate.unchanged(one, other, ETAG, MODIFIED) in {True, False}
