"""A published document in, what a feed validator would say about it out: every fault under its own code.

Follows the W3C feed validator fault by fault, and adds what that one misses. Reads with expat and html.parser, not with
the parsers that wrote the document.

    validity.rss(body, url)  validity.atom(body, url)  validity.json_feed(body, url)  validity.opml(body)

E is an error, W a warning, I information; feedsvc publishes nothing that has any of them.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import validity_checks as checks
from validity_checks import ATOM, CONTENT, DC, MEDIA, SY, XML, Finding


def codes(findings: Iterable[Finding]) -> set[str]:
    """Return the codes of findings, for tests that plant a fault."""
    return {finding.code for finding in findings}


# ---- RSS 2.0 --------------------------------------------------------------------------------------------------------

_CHANNEL = {
    "title", "link", "description", "language", "copyright", "lastBuildDate", "pubDate", "docs", "generator", "ttl",
    "image", "item", "category", f"{ATOM}link", f"{SY}updatePeriod", f"{SY}updateFrequency", f"{SY}updateBase",
}  # fmt: skip
_ITEM = {
    "title", "link", "description", "author", "category", "enclosure", "guid", "pubDate", "source",
    f"{CONTENT}encoded", f"{DC}creator", f"{DC}rights", f"{DC}language", f"{MEDIA}content", f"{ATOM}link",
}  # fmt: skip


def rss(body: bytes, url: str, now: datetime | None = None) -> list[Finding]:
    """Return the faults of an RSS 2.0 document that is served under `url`."""
    return checks.parsed(body, lambda root: _rss(root, url, now or datetime.now(UTC)))


def _rss(root: ET.Element, url: str, now: datetime) -> Iterator[Finding]:
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        yield Finding("E", "UndefinedElement", root.tag)
        return
    yield from checks.children(channel, _CHANNEL, repeatable={"item", "category", f"{ATOM}link"})
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield Finding("E", "MissingElement", f"channel/{name}")
    yield from checks.self_link(channel, url, "MissingAtomSelfLink")
    yield from checks.language(channel.findtext("language"))
    for name in ("title", "description"):
        yield from checks.plain_text(channel.findtext(name) or "", f"channel/{name}")
    yield from checks.full_link(channel.findtext("link"), "channel/link")
    for name in ("lastBuildDate", "pubDate"):
        if channel.find(name) is not None:
            yield from checks.rfc2822(channel.findtext(name) or "", f"channel/{name}", now)
    yield from _syndication(channel)
    yield from _channel_image(channel)
    guids = Counter((item.findtext("guid") or "") for item in channel.findall("item") if item.find("guid") is not None)
    for guid, times in guids.items():
        if times > 1:
            yield Finding("E", "DuplicateValue", f"guid {guid}")
    for number, item in enumerate(channel.findall("item")):
        yield from _item(item, f"item {number}", now)


def _item(item: ET.Element, where: str, now: datetime) -> Iterator[Finding]:
    repeatable = {"category", f"{DC}creator", f"{MEDIA}content", f"{ATOM}link", "enclosure"}
    yield from checks.children(item, _ITEM, repeatable=repeatable)
    title, description = item.findtext("title"), item.findtext("description")
    if not (title or "").strip() and not (description or "").strip():
        yield Finding("E", "ItemMustContainTitleOrDescription", where)
    yield from checks.plain_text(title or "", f"{where}/title")
    if item.find("link") is not None:
        yield from checks.full_link(item.findtext("link"), f"{where}/link")
    encoded = item.findtext(f"{CONTENT}encoded")
    if encoded is not None and description is None:
        yield Finding("W", "NeedDescriptionBeforeContent", where)
    for name, fragment in (("description", description), ("content:encoded", encoded)):
        yield from checks.fragment(fragment or "", f"{where}/{name}")
    yield from _guid(item, where)
    if item.find("pubDate") is not None:
        yield from checks.rfc2822(item.findtext("pubDate") or "", f"{where}/pubDate", now)
    yield from _people(item, where)
    for category in item.findall("category"):
        if not (category.text or "").strip():
            yield Finding("E", "NotBlank", f"{where}/category")
    yield from _enclosures(item, where)
    yield from checks.media(item, where)
    source = item.find("source")
    if source is not None and not (source.get("url") or "").startswith(("http://", "https://")):
        yield Finding("E", "InvalidURLAttribute", f"{where}/source")
    if item.find(f"{DC}language") is not None:
        yield from checks.language(item.findtext(f"{DC}language"))


def _guid(item: ET.Element, where: str) -> Iterator[Finding]:
    guid = item.find("guid")
    if guid is None or not (guid.text or "").strip():
        yield Finding("W", "MissingGuid", where)
    elif guid.get("isPermaLink", "true") == "true" and not (guid.text or "").startswith(("http://", "https://")):
        yield Finding("E", "InvalidHttpGUID", f"{where}: {guid.text}")


def _people(item: ET.Element, where: str) -> Iterator[Finding]:
    author = item.findtext("author")
    creators = item.findall(f"{DC}creator")
    if author is not None and "@" not in author:
        yield Finding("E", "InvalidContact", f"{where}: {author}")
    if author is not None and creators:
        yield Finding("E", "DuplicateItemSemantics", f"{where}: author and dc:creator")
    for creator in creators:
        yield from checks.plain_text(creator.text or "", f"{where}/dc:creator")


def _enclosures(item: ET.Element, where: str) -> Iterator[Finding]:
    found = item.findall("enclosure")
    if len(found) > 1:
        yield Finding("W", "DuplicateEnclosure", where)
    for enclosure in found:
        length = enclosure.get("length")
        if length is None or not length.isdigit():
            yield Finding("E", "InvalidIntegerAttribute", f"{where}: enclosure length {length!r}")
        elif int(length) == 0:
            yield Finding("E", "EnclosureLengthZero", where)
        if enclosure.get("type") is None:
            yield Finding("E", "MissingAttribute", f"{where}: enclosure type")
        elif not checks.MIME.fullmatch(enclosure.get("type") or ""):
            yield Finding("E", "InvalidMIMEAttribute", f"{where}: {enclosure.get('type')}")
        yield from checks.full_link(enclosure.get("url"), f"{where}/enclosure")


def _syndication(channel: ET.Element) -> Iterator[Finding]:
    ttl = channel.findtext("ttl")
    if ttl is not None and not (ttl.isdigit() and int(ttl) > 0):
        yield Finding("E", "InvalidInteger", f"ttl {ttl}")
    period, frequency = channel.findtext(f"{SY}updatePeriod"), channel.findtext(f"{SY}updateFrequency")
    if period is not None and period not in ("hourly", "daily", "weekly", "monthly", "yearly"):
        yield Finding("E", "InvalidUpdatePeriod", period)
    if frequency is not None and not (frequency.isdigit() and int(frequency) > 0):
        yield Finding("E", "InvalidInteger", f"sy:updateFrequency {frequency}")


def _channel_image(channel: ET.Element) -> Iterator[Finding]:
    image = channel.find("image")
    if image is None:
        return
    yield from checks.full_link(image.findtext("url"), "image/url")
    for name in ("title", "link"):
        if image.findtext(name) != channel.findtext(name):
            yield Finding("W", "ImageDoesntMatchChannel", name)


# ---- Atom 1.0 -------------------------------------------------------------------------------------------------------

_FEED = {f"{ATOM}{n}" for n in "id title subtitle updated author contributor link generator icon logo rights category"
         " entry".split()}  # fmt: skip
_ENTRY = {f"{ATOM}{n}" for n in "id title updated published author contributor link summary content category rights"
          " source".split()} | {f"{MEDIA}content"}  # fmt: skip


def atom(body: bytes, url: str, now: datetime | None = None) -> list[Finding]:
    """Return the faults of an Atom 1.0 document that is served under `url`."""
    return checks.parsed(body, lambda root: _atom(root, url, now or datetime.now(UTC)))


def _atom(root: ET.Element, url: str, now: datetime) -> Iterator[Finding]:
    if root.tag != f"{ATOM}feed":
        yield Finding("E", "UndefinedElement", root.tag)
        return
    yield from checks.children(root, _FEED, repeatable={f"{ATOM}{n}" for n in ("entry", "link", "author", "category")})
    yield from _required(root, "feed", ("id", "title", "updated"), "MissingElement")
    if root.get(f"{XML}lang") is None:
        yield Finding("I", "MissingLanguage", "feed has no xml:lang")
    else:
        yield from checks.language(root.get(f"{XML}lang"))
    yield from checks.self_link(root, url, "MissingSelf")
    yield from _links(root, "feed")
    yield from _iri(root.findtext(f"{ATOM}id") or "", "feed/id")
    yield from checks.rfc3339(root.findtext(f"{ATOM}updated"), "feed/updated", now)
    entries = root.findall(f"{ATOM}entry")
    if root.find(f"{ATOM}author") is None and not (entries and all(_authored(entry) for entry in entries)):
        yield Finding("E", "MissingElement", "feed/author")
    for name in ("title", "subtitle", "rights"):
        yield from _construct(root.find(f"{ATOM}{name}"), f"feed/{name}")
    for name in ("icon", "logo"):
        if root.find(f"{ATOM}{name}") is not None:
            yield from checks.full_link(root.findtext(f"{ATOM}{name}"), f"feed/{name}")
    yield from _in_front(root)
    yield from _repeated(entries, "id", "DuplicateEntries")
    yield from _repeated(entries, "updated", "DuplicateUpdated")
    for number, entry in enumerate(entries):
        yield from _entry(entry, f"entry {number}", now)


def _entry(entry: ET.Element, where: str, now: datetime) -> Iterator[Finding]:
    repeatable = {f"{ATOM}{n}" for n in ("link", "author", "contributor", "category")} | {f"{MEDIA}content"}
    yield from checks.children(entry, _ENTRY, repeatable=repeatable)
    yield from _required(entry, where, ("id", "title", "updated"), "MissingElement")
    yield from _iri(entry.findtext(f"{ATOM}id") or "", f"{where}/id")
    for name in ("updated", "published"):
        if entry.find(f"{ATOM}{name}") is not None:
            yield from checks.rfc3339(entry.findtext(f"{ATOM}{name}"), f"{where}/{name}", now)
    content, summary = entry.find(f"{ATOM}content"), entry.find(f"{ATOM}summary")
    if content is None and summary is None:
        yield Finding("W", "MissingSummary", where)
    alternates = [link for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
    if content is None and not alternates:
        yield Finding("E", "MissingAlternateLink", where)
    yield from _links(entry, where)
    for name, element in (("title", entry.find(f"{ATOM}title")), ("summary", summary), ("content", content)):
        yield from _construct(element, f"{where}/{name}")
    for category in entry.findall(f"{ATOM}category"):
        if not (category.get("term") or "").strip():
            yield Finding("E", "MissingAttribute", f"{where}: category term")
        if category.get("scheme") is not None:
            yield from checks.full_link(category.get("scheme"), f"{where}: category scheme")
    for person in entry.findall(f"{ATOM}author"):
        if not (person.findtext(f"{ATOM}name") or "").strip():
            yield Finding("E", "MissingElement", f"{where}/author/name")
    yield from checks.media(entry, where)
    source = entry.find(f"{ATOM}source")
    if source is not None:
        yield from _required(source, f"{where}/source", ("id", "title", "updated"), "MissingSourceElement")
        yield from _iri(source.findtext(f"{ATOM}id") or "", f"{where}/source/id")
        yield from _links(source, f"{where}/source")


def _authored(entry: ET.Element) -> bool:
    return entry.find(f"{ATOM}author") is not None or entry.find(f"{ATOM}source/{ATOM}author") is not None


def _required(parent: ET.Element, where: str, names: Iterable[str], code: str) -> Iterator[Finding]:
    for name in names:
        if not (parent.findtext(f"{ATOM}{name}") or "").strip():
            yield Finding("E", code, f"{where}/{name}")


def _repeated(entries: Iterable[ET.Element], name: str, code: str) -> Iterator[Finding]:
    for value, times in Counter(entry.findtext(f"{ATOM}{name}") or "" for entry in entries).items():
        if value and times > 1:
            yield Finding("W", code, f"{times} entries have {name} {value}")


def _in_front(root: ET.Element) -> Iterator[Finding]:
    seen = False
    for child in root:
        seen = seen or child.tag == f"{ATOM}entry"
        if seen and child.tag != f"{ATOM}entry":
            yield Finding("W", "MisplacedMetadata", child.tag)


def _links(parent: ET.Element, where: str) -> Iterator[Finding]:
    count = Counter()
    for link in parent.findall(f"{ATOM}link"):
        rel = link.get("rel", "alternate")
        yield from checks.full_link(link.get("href"), f"{where}: link {rel}")
        if link.get("type") is not None and not checks.MIME.fullmatch(link.get("type") or ""):
            yield Finding("E", "InvalidMIMEAttribute", f"{where}: {link.get('type')}")
        if link.get("length") is not None and not (link.get("length") or "").isdigit():
            yield Finding("E", "InvalidIntegerAttribute", f"{where}: link length {link.get('length')}")
        if link.get("length") == "0":
            yield Finding("E", "EnclosureLengthZero", where)
        if rel in ("alternate", "self"):
            count[rel, link.get("type"), link.get("hreflang")] += 1
    for (rel, kind, _), times in count.items():
        if times > 1:
            yield Finding("E", "DuplicateAtomLink", f"{where}: {times} {rel} links of type {kind}")


def _construct(element: ET.Element | None, where: str) -> Iterator[Finding]:
    """Check a text construct (RFC 4287 3.1): its type, and what is in it accordingly."""
    if element is None:
        return
    kind, value = element.get("type", "text"), element.text or ""
    if kind == "html":
        yield from checks.fragment(value, where)
    elif kind == "text":
        yield from checks.read_twice(value, where)
        if where.endswith("title"):
            yield from checks.plain_text(value, where)
    else:
        yield Finding("E", "InvalidMIMEType", f"{where}: type {kind}")


def _iri(value: str, where: str) -> Iterator[Finding]:
    if value.startswith("tag:"):
        if not checks.TAG.fullmatch(value):
            yield Finding("E", "InvalidTAG", f"{where}: {value}")
    elif value.startswith("urn:"):
        if not checks.URN.fullmatch(value):
            yield Finding("E", "InvalidURN", f"{where}: {value}")
    elif not checks.URI.fullmatch(value):
        yield Finding("E", "InvalidFullLink", f"{where}: {value}")
    elif re.match(r"[^:]*[A-Z][^:]*:|https?://[^/]*[A-Z]|https?://[^/]+$|http://[^/]+:80/|https://[^/]+:443/", value):
        yield Finding("W", "NonCanonicalURI", f"{where}: {value}")


# ---- JSON Feed 1.1 --------------------------------------------------------------------------------------------------

_TOP = {
    "version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon",
    "authors", "language", "expired", "hubs", "items",
}  # fmt: skip
_JSON_ITEM = {
    "id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image",
    "date_published", "date_modified", "authors", "tags", "language", "attachments",
}  # fmt: skip


def json_feed(body: bytes, url: str, now: datetime | None = None) -> list[Finding]:
    """Return the faults of a JSON Feed 1.1 document that is served under `url`."""
    try:
        feed = json.loads(body.decode("utf-8"))
    except ValueError as error:
        return [Finding("E", "NotJson", str(error))]
    return list(_json(feed, url, now or datetime.now(UTC)))


def _json(feed: dict, url: str, now: datetime) -> Iterator[Finding]:
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield Finding("E", "JsonVersion", str(feed.get("version")))
    yield from _keys(feed, _TOP, "feed")
    if not str(feed.get("title") or "").strip():
        yield Finding("E", "JsonTitle", "feed")
    yield from checks.plain_text(str(feed.get("title")), "feed/title")
    if feed.get("feed_url") != url:
        yield Finding("W", "SelfDoesntMatchLocation", str(feed.get("feed_url")))
    for name in ("home_page_url", "feed_url", "next_url", "icon", "favicon"):
        if name in feed:
            yield from checks.full_link(feed[name], f"feed/{name}")
    yield from checks.language(feed.get("language"))
    yield from _json_authors(feed.get("authors"), "feed")
    ids = [item.get("id") for item in feed.get("items", [])]
    for value, times in Counter(map(str, ids)).items():
        if times > 1:
            yield Finding("E", "JsonDuplicateId", value)
    for number, item in enumerate(feed.get("items", [])):
        yield from _json_item(item, f"item {number}", now)


def _json_item(item: dict, where: str, now: datetime) -> Iterator[Finding]:
    yield from _keys(item, _JSON_ITEM, where)
    if not isinstance(item.get("id"), str) or not item["id"]:
        yield Finding("E", "JsonIdNoString", where)
    if "content_html" not in item and "content_text" not in item:
        yield Finding("E", "JsonNoContent", where)
    for name in ("url", "external_url", "image", "banner_image"):
        if name in item:
            yield from checks.full_link(item[name], f"{where}/{name}")
    for name in ("date_published", "date_modified"):
        if name in item:
            yield from checks.rfc3339(item[name], f"{where}/{name}", now)
    for name in ("title", "summary", "content_text"):
        if name in item and not str(item[name]).strip():
            yield Finding("W", "JsonEmpty", f"{where}/{name}")
        yield from checks.read_twice(str(item.get(name, "")), f"{where}/{name}")
    yield from checks.plain_text(str(item.get("title", "")), f"{where}/title")
    yield from checks.fragment(item.get("content_html", ""), f"{where}/content_html")
    yield from _json_authors(item.get("authors"), where)
    for tag in item.get("tags", []):
        if not isinstance(tag, str) or not tag.strip():
            yield Finding("E", "JsonTag", f"{where}: {tag!r}")
    for attachment in item.get("attachments", []):
        yield from checks.full_link(attachment.get("url"), f"{where}/attachment")
        size = attachment.get("size_in_bytes", 1)
        if not checks.MIME.fullmatch(str(attachment.get("mime_type") or "")) or not isinstance(size, int) or size <= 0:
            yield Finding("E", "JsonAttachment", f"{where}: {attachment}")


def _json_authors(authors: object, where: str) -> Iterator[Finding]:
    if not isinstance(authors, list):
        yield Finding("E", "JsonAuthors", f"{where}: {authors!r}")
        return
    for author in authors:
        if not isinstance(author, dict) or not (author.get("name") or author.get("url")):
            yield Finding("E", "JsonAuthors", f"{where}: {author!r}")


def _keys(mapping: dict, known: set[str], where: str) -> Iterator[Finding]:
    for key, value in mapping.items():
        if key not in known and not key.startswith("_"):
            yield Finding("E", "JsonUnknownKey", f"{where}/{key}")
        if key in known and value is None:
            yield Finding("E", "JsonNull", f"{where}/{key}")


# ---- OPML 2.0 -------------------------------------------------------------------------------------------------------


def opml(body: bytes, now: datetime | None = None) -> list[Finding]:
    """Return the faults of an OPML 2.0 subscription list."""
    return checks.parsed(body, lambda root: _opml(root, now or datetime.now(UTC)))


def _opml(root: ET.Element, now: datetime) -> Iterator[Finding]:
    if root.tag != "opml" or root.get("version") != "2.0" or root.find("head") is None or root.find("body") is None:
        yield Finding("E", "UndefinedElement", root.tag)
    for name in ("dateCreated", "dateModified"):
        found = root.find(f"head/{name}")
        if found is not None:
            yield from checks.rfc2822(found.text or "", f"head/{name}", now)
    for outline in root.iter("outline"):
        where = str(outline.get("text"))
        if not (outline.get("text") or "").strip():
            yield Finding("E", "MissingTextAttr", where)
        if outline.get("type") == "rss":
            if not outline.get("xmlUrl"):
                yield Finding("W", "MissingXmlURL", where)
            else:
                yield from checks.full_link(outline.get("xmlUrl"), where)
            if not outline.get("title"):
                yield Finding("W", "MissingTitleAttr", where)
