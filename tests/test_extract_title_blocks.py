"""JSON-LD as people write it: what of it is read, and that nothing of it raises or takes long."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsvc import extract
from feedsvc.extract import lenient
from feedsvc.model import Page, Source

URL = "https://amtsblatt.example/akte"
PROSE = (
    "<p>" + "Die Stadt führt bis zum Jahresende die elektronische Akte ein, teilte sie am Dienstag mit. " * 4 + "</p>"
)

READ = {
    "as it should be": ('{"a": "b", "c": [1, 2.5, true, null]}', [{"a": "b", "c": [1, 2.5, True, None]}]),
    "two in a row": ('{"a": 1}\n{"b": 2}', [{"a": 1}, {"b": 2}]),
    "a list and a semicolon": ('[{"a": 1}, {"b": 2}];', [[{"a": 1}, {"b": 2}]]),
    "commas too many": ('{"a": [1, 2,], "b": 3,}', [{"a": [1, 2], "b": 3}]),
    "a doubled comma": ('{"a": 1,, "b": 2}', [{"a": 1, "b": 2}]),
    "a comma too few": ('{"a": "x"\n "b": "y"}', [{"a": "x", "b": "y"}]),
    "no comma between objects": ('[{"a": 1} {"b": 2}]', [[{"a": 1}, {"b": 2}]]),
    "line breaks in a string": ('{"a": "eins\nzwei\tdrei"}', [{"a": "eins\nzwei\tdrei"}]),
    "quotes in a string": ('{"a": "Die "Akte" kommt", "b": 1}', [{"a": 'Die "Akte" kommt', "b": 1}]),
    "quotes at its end": ('{"a": "Es kommt die "Akte"", "b": 1}', [{"a": 'Es kommt die "Akte"', "b": 1}]),
    "quotes before a comma": ('{"a": "Die "Akte", sagt er", "b": 1}', [{"a": 'Die "Akte", sagt er', "b": 1}]),
    "quotes before a colon": ('{"a": "Er sagt "Ja": gut", "b": 1}', [{"a": 'Er sagt "Ja": gut', "b": 1}]),
    "a link in a string": ('{"a": "<a href="https://x.example/?b=1">x</a>"}', [{"a": '<a href="https://x.example/?b=1">x</a>'}]),
    "a line comment": ('{"a": 1, // eins\n "b": 2 // zwei\n}', [{"a": 1, "b": 2}]),
    "a block comment": ('{/* eins */ "a": 1, "b": /* zwei */ 2}', [{"a": 1, "b": 2}]),
    "an address is no comment": ('{"a": "https://x.example//y",}', [{"a": "https://x.example//y"}]),
    "single quotes": ("{'a': 'Anna\\'s \"Akte\"', 'b': ['c']}", [{"a": "Anna's \"Akte\"", "b": ["c"]}]),
    "bare names": ("{a: 1, b: undefined, c: NaN,}", [{"a": 1, "b": None, "c": None}]),
    "an escape JSON does not know": ('{"a": "Anna\\\'s", "b": "\\d"}', [{"a": "Anna's", "b": "d"}]),
    "a leading zero": ('{"a": 01, "b": 2}', [{"a": "01", "b": 2}]),
    "a value left out": ('{"a": , "b": ["c"]}', [{"a": None, "b": ["c"]}]),
    "a name without a value": ('{"a": 1, "b"}', [{"a": 1, "b": None}]),
    "a bracket too many": ('{"a": "b"]}', [{"a": "b"}]),
    "cut off in a string": ('{"a": {"b": ["c", "d', [{"a": {"b": ["c", "d"]}}]),
    "cut off behind a name": ('{"a": 1, "b":', [{"a": 1, "b": None}]),
    "broken behind one that is whole": ('{"a": 1}{"b": "x "y" z"}', [{"a": 1}, {"b": 'x "y" z'}]),
    "in an HTML comment": ('<!-- {"a": 1} -->', [{"a": 1}]),
    "in CDATA": ('//<![CDATA[\n{"a": 1}\n//]]>', [{"a": 1}]),
    "in commented CDATA": ('/*<![CDATA[*/{"a": 1}/*]]>*/', [{"a": 1}]),
    "behind a byte order mark": ('\ufeff{"a": 1}', [{"a": 1}]),
    "with its quotes escaped": ("{&quot;a&quot;: &quot;b&quot;}", [{"a": "b"}]),
    "no JSON": ("var a = 1;", []),
    "nothing": ("", []),
}  # fmt: skip


@pytest.mark.parametrize(("block", "wanted"), READ.values(), ids=READ)
def test_a_block_is_read_as_it_was_meant(block: str, wanted: list[object]) -> None:
    assert list(lenient.values(block)) == wanted


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(['"', "'", "a", "b1", ":", ",", "{", "}", "[", "]", " ", "\n", "//", "/*", "*/", "\\", "1"])
    )
)
def test_whatever_follows_a_bracket_gives_a_value(pieces: list[str]) -> None:
    assert len(list(lenient.values("{" + "".join(pieces) + '"x'))) >= 1


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
def test_what_is_json_is_read_as_json(value: dict[str, object]) -> None:
    assert list(lenient.values(json.dumps(value))) == [value]


@pytest.mark.parametrize(
    "piece",
    ['"/*', '" ,', '"\n', "[", '{"a":', '"    ', '" // ', "/", "\\", '",', "'", "{}", "/**", '"' + " " * 400],
)
def test_a_hostile_block_is_read_in_time_that_grows_with_it(piece: str) -> None:
    block = '{"a":"' + piece * (lenient.MAX_REPAIRED // len(piece))
    began = time.process_time()
    list(lenient.values(block))
    assert time.process_time() - began < 6  # also while coverage is measured


def headed(block: str) -> str | None:
    page = f"<html><head><script type='application/ld+json'>{block}</script></head><body>{PROSE}</body></html>"
    return extract.article(Page(url=URL, final_url=URL, body=page.encode()), None, Source(id="x", url=URL)).headline


ARTICLE = '{"@type": "NewsArticle", "headline": "Die Akte kommt ins Rathaus"}'


@pytest.mark.parametrize(
    "block",
    [
        ARTICLE,
        f'{{"@context": "https://schema.org", "@graph": [{{"@type": "WebSite", "name": "Blatt"}}, {ARTICLE}]}}',
        f'{{"@type": "WebPage", "mainEntity": {ARTICLE}}}',
        f'[[{{"@type": "Organization"}}], [[{ARTICLE}]]]',
        ARTICLE.replace('"NewsArticle"', '["Thing", "ReportageNewsArticle"]'),
        ARTICLE.replace("NewsArticle", "https://schema.org/NewsArticle"),
        ARTICLE.replace("NewsArticle", "schema:NewsArticle"),
        ARTICLE.replace('"Die Akte', '["Die Akte').replace('Rathaus"', 'Rathaus", "Zweiter Titel"]'),
        ARTICLE.replace('"Die Akte', '{"@value": "Die Akte').replace('Rathaus"', 'Rathaus"}'),
        ARTICLE.replace("Die Akte", "Die&amp;nbsp;<b>Akte</b>"),
        ARTICLE.replace("headline", "name"),
    ],
)
def test_the_article_s_headline_is_found_wherever_a_block_keeps_it(block: str) -> None:
    assert headed(block) == "Die Akte kommt ins Rathaus"
