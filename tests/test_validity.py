"""The validator finds every fault it knows when that fault, and nothing else, is put into a clean document."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import render_samples
import validity

from feedsvc import render

SITE = render_samples.site(hub="https://hub.example/")
RSS, ATOM, JSON, PAGE = render.documents(render_samples.feed(), render_samples.entries(), SITE)
OPML = render.opml([render_samples.feed()], SITE)
ITEM = "<guid isPermaLink="  # every item has exactly one


def _url(path: str) -> str:
    return f"{SITE.base_url}/{path}"


def test_what_feedsvc_publishes_is_clean() -> None:
    assert validity.rss(RSS.body, _url(RSS.path)) == []
    assert validity.atom(ATOM.body, _url(ATOM.path)) == []
    assert validity.json_feed(JSON.body, _url(JSON.path)) == []
    assert validity.opml(OPML.body) == []


RSS_FAULTS = [
    ('rel="self"', 'rel="related"', "MissingAtomSelfLink"),
    ('politik.rss" rel="self"', 'politik.xml" rel="self"', "SelfDoesntMatchLocation"),
    ("<language>de</language>", "", "MissingLanguage"),
    ("<language>de</language>", "<language>deutsch</language>", "InvalidLanguage"),
    ("</channel>", "", "SAXError"),
    ("<title>Nordmark", "<title>\x01Nordmark", "SAXError"),
    ('isPermaLink="false"', 'isPermaLink="true"', "InvalidHttpGUID"),
    ("<pubDate>Sun, ", "<pubDate>So, ", "InvalidRFC2822Date"),
    ("<pubDate>Sun, 28 Apr 2024 10:00:01 GMT", "<pubDate>2024-04-28T10:00:01Z", "InvalidRFC2822Date"),
    ("<pubDate>Sun, 28 Apr 2024 10:00:01 GMT", "<pubDate>Sun, 28 Apr 2024 10:00:01 CEST", "InvalidRFC2822Date"),
    ("<pubDate>Sun, ", "<pubDate>Mon, ", "IncorrectDOW"),
    ("<pubDate>Sun, 28 Apr 2024", "<pubDate>Thu, 28 Apr 2224", "IncorrectDOW"),
    ("<pubDate>Sun, 28 Apr 2024", "<pubDate>28 Apr 2224", "ImplausibleDate"),
    (ITEM, "<author>Eva Muster</author>" + ITEM, "InvalidContact"),
    (ITEM, "<author>eva@example.org</author>" + ITEM, "DuplicateItemSemantics"),
    ('length="123456"', 'length="None"', "InvalidIntegerAttribute"),
    ('length="123456"', 'length=""', "InvalidIntegerAttribute"),
    ('length="123456"', 'length="0"', "EnclosureLengthZero"),
    ('length="123456" type="audio/mpeg"', 'length="123456"', "MissingAttribute"),
    ("<enclosure ", '<enclosure url="https://a.example/" length="1" type="a/b"/><enclosure ', "DuplicateEnclosure"),
    ('<enclosure url="https://amtsblatt.example', '<enclosure url="', "InvalidFullLink"),
    ("<link>https://www.portal.example", "<link>", "InvalidFullLink"),
    ("<link>https://www.portal.example/", "<link>https://www.portal.example/ü ", "InvalidUriChar"),
    ("<link>https://www.portal.example/", "<link>javascript:", "SchemeNotIANARegistered"),
    ("<link>https://www.portal.example/", "<link>java&#9;script:", "SchemeNotIANARegistered"),
    ("&lt;p&gt;Die", "&lt;p&gt;&lt;a href='/x'&gt;x&lt;/a&gt;Die", "ContainsRelRef"),
    ("&lt;p&gt;Die", "&lt;p&gt;&lt;script&gt;x&lt;/script&gt;Die", "SecurityRisk"),
    ("&lt;p&gt;Die", "&lt;p onclick='x'&gt;Die", "SecurityRiskAttr"),
    ("&lt;p&gt;Die", "&lt;p style='x'&gt;Die", "DangerousStyleAttr"),
    ("&lt;p&gt;Die", "&lt;p&gt;&lt;a href='jav&amp;#x09;ascript:x'&gt;x&lt;/a&gt;Die", "SecurityRiskUrl"),
    ("&lt;p&gt;Die", "&lt;div&gt;Die", "NotHtml"),
    ("&lt;p&gt;Die", "&lt;p&gt;&amp; Die", "BareAmpersand"),
    ("&lt;p&gt;Die", "&lt;p&gt;&amp;lt;script&amp;gt; Die", "DangerousTwice"),
    ("<title>Nordmark", "<title>&lt;b&gt;x&lt;/b&gt; Nordmark", "ContainsHTML"),
    ("<title>Nordmark", "<title>&amp;auml; Nordmark", "ContainsHTML"),
    ("<title>Nordmark", "<title>\u202eNordmark", "TurnsDirection"),
    ("<title>Nordmark", "<title>&lt;img src=x onerror=y&gt; Nordmark", "DangerousTwice"),
    ("<source url=", "<source href=", "InvalidURLAttribute"),
    ("<media:content url=", "<media:content player=", "MediaContentWithoutUrl"),
    ("updateFrequency>4<", "updateFrequency>0<", "InvalidInteger"),
    ("updatePeriod>hourly<", "updatePeriod>minutely<", "InvalidUpdatePeriod"),
    ("<ttl>15<", "<ttl>0<", "InvalidInteger"),
    ("<title>Politik · Verwaltung digital</title>\n    <link>", "<title>Politik</title>\n    <link>",
     "ImageDoesntMatchChannel"),
    ("<copyright>", "<license>x</license><copyright>", "UndefinedElement"),
    ("<copyright>", "<ttl>1</ttl><copyright>", "DuplicateElement"),
    ("<title>Politik · Verwaltung digital</title>\n    <link>", "<title></title>\n    <link>", "MissingElement"),
    ("<category>E-Government", "<category></category><category>E-Government", "NotBlank"),
]  # fmt: skip


@pytest.mark.parametrize(("clean", "faulty", "code"), RSS_FAULTS)
def test_a_planted_rss_fault_is_found(clean: str, faulty: str, code: str) -> None:
    assert code in validity.codes(validity.rss(_planted(RSS.body, clean, faulty), _url(RSS.path)))


def test_missing_and_repeated_guids_and_a_lonely_content_are_found() -> None:
    text = RSS.body.decode()
    start, end = text.index("<guid"), text.index("</guid>") + len("</guid>")
    without = text[:start] + text[end:]
    assert "MissingGuid" in validity.codes(validity.rss(without.encode(), _url(RSS.path)))
    first, second = (item.split("</guid>")[0] for item in text.split('isPermaLink="false">')[1:3])
    twice = text.replace(second, first)
    assert "DuplicateValue" in validity.codes(validity.rss(twice.encode(), _url(RSS.path)))
    lonely = text[: text.index("<description>Der")] + text[text.index("<content:encoded>") :]
    assert "NeedDescriptionBeforeContent" in validity.codes(validity.rss(lonely.encode(), _url(RSS.path)))


ATOM_FAULTS = [
    ('rel="self"', 'rel="related"', "MissingSelf"),
    ('politik.atom" rel="self"', 'politik" rel="self"', "SelfDoesntMatchLocation"),
    (' xml:lang="de">\n  <id>', ">\n  <id>", "MissingLanguage"),
    ("<entry", "<entry><source/></entry><entry", "MissingSourceElement"),
    ("<updated>2024-04-27T10:00:00.726508+00:00</updated>\n    <author>", "<author>", "MissingElement"),
    ("2024-04-27T10:00:00.726508+00:00</updated>\n    <author>", "2024-04-27T10:00:00</updated>\n    <author>",
     "InvalidRFC3339Date"),
    ("<updated>2024-04-27T10:00:00.726508+00:00</updated>\n    <author>",
     "<updated>2024-04-29T08:30:00.144682+00:00</updated>\n    <author>", "DuplicateUpdated"),
    ("<id>tag:", "<id>Politik ", "InvalidFullLink"),
    ("<id>tag:feeds.example.org,2026:", "<id>tag:feeds.example.org:", "InvalidTAG"),
    ("<id>tag:feeds.example.org,2026:feedsvc/feeds/politik", "<id>https://Example.org/x", "NonCanonicalURI"),
    ("<id>urn:uuid:ed519218", "<id>urn:uuid ed519218", "InvalidURN"),
    ("<id>urn:uuid:ed519218-8612-51e7-b701-90464d4790c7", "<id>urn:uuid:c3287424-56d5-5669-a1fc-b02b56df0121",
     "DuplicateEntries"),
    ("<summary>Seit", '<summary type="CDATA">Seit', "InvalidMIMEType"),
    ("<summary>Seit", "<summary>&lt;script&gt; Seit", "DangerousTwice"),
    ('<content type="html">&lt;figure', '<content type="html">&lt;iframe&gt;&lt;/iframe&gt;&lt;figure', "SecurityRisk"),
    ("<category term=", "<category name=", "MissingAttribute"),
    ("<logo>https://feeds.example.org", "<logo>", "InvalidFullLink"),
    (' length="123456"', ' length="None"', "InvalidIntegerAttribute"),
    ("</feed>", "<rights>x</rights></feed>", "MisplacedMetadata"),
    ('<link href="https://www.portal.example/meldungen/meldung-0"',
     '<link type="text/html" href="https://a.example/"/><link href="https://www.portal.example/meldungen/meldung-0"',
     "DuplicateAtomLink"),
]  # fmt: skip


@pytest.mark.parametrize(("clean", "faulty", "code"), ATOM_FAULTS)
def test_a_planted_atom_fault_is_found(clean: str, faulty: str, code: str) -> None:
    assert code in validity.codes(validity.atom(_planted(ATOM.body, clean, faulty), _url(ATOM.path)))


def test_a_feed_without_any_author_and_an_entry_without_any_text_are_found() -> None:
    text = ATOM.body.decode().replace("<author>", "<contributor>").replace("</author>", "</contributor>")
    assert "MissingElement" in validity.codes(validity.atom(text.encode(), _url(ATOM.path)))
    bare = ATOM.body.decode().replace("<summary>", "<rights>").replace("</summary>", "</rights>")
    assert "MissingSummary" in validity.codes(validity.atom(bare.encode(), _url(ATOM.path)))


JSON_FAULTS: list[tuple[Callable[[dict], object], str]] = [
    (lambda feed: feed.update(version="1.1"), "JsonVersion"),
    (lambda feed: feed.update(ttl=15), "JsonUnknownKey"),
    (lambda feed: feed.update(author={"name": "x"}), "JsonUnknownKey"),
    (lambda feed: feed.update(feed_url="https://a.example/"), "SelfDoesntMatchLocation"),
    (lambda feed: feed.update(authors={"name": "x"}), "JsonAuthors"),
    (lambda feed: feed.pop("language"), "MissingLanguage"),
    (lambda feed: feed["items"][0].update(id=1), "JsonIdNoString"),
    (lambda feed: feed["items"][1].update(id=feed["items"][0]["id"]), "JsonDuplicateId"),
    (lambda feed: feed["items"][0].update(date_published="28.04.2024"), "InvalidRFC3339Date"),
    (lambda feed: feed["items"][0].update(url="/meldung"), "InvalidFullLink"),
    (lambda feed: feed["items"][1].pop("content_text"), "JsonNoContent"),
    (lambda feed: feed["items"][0].update(image=None), "JsonNull"),
    (lambda feed: feed["items"][0].update(tags=["", "x"]), "JsonTag"),
    (lambda feed: feed["items"][0].update(attachments=[{"url": "https://a.example/"}]), "JsonAttachment"),
    (lambda feed: feed["items"][0].update(content_html="<p onclick=x>"), "SecurityRiskAttr"),
]


@pytest.mark.parametrize(("plant", "code"), JSON_FAULTS)
def test_a_planted_json_fault_is_found(plant: Callable[[dict], object], code: str) -> None:
    feed = json.loads(JSON.body)
    plant(feed)
    assert code in validity.codes(validity.json_feed(json.dumps(feed).encode(), _url(JSON.path)))


@pytest.mark.parametrize(
    ("clean", "faulty", "code"),
    [
        (" xmlUrl=", " url=", "MissingXmlURL"),
        (' title="Politik"', "", "MissingTitleAttr"),
        (' text="Politik"', "", "MissingTextAttr"),
        ("GMT</dateModified>", "MESZ</dateModified>", "InvalidRFC2822Date"),
    ],
)
def test_a_planted_opml_fault_is_found(clean: str, faulty: str, code: str) -> None:
    assert code in validity.codes(validity.opml(_planted(OPML.body, clean, faulty)))


def _planted(body: bytes, clean: str, faulty: str) -> bytes:
    text = body.decode()
    assert clean in text, "the sample no longer has what the fault is planted into"
    return text.replace(clean, faulty, 1).encode()
