"""Single values and texts of a document in, their faults out: addresses, dates, languages, plain text, HTML, media."""

from __future__ import annotations

import html
import html.entities
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
SY = "{http://purl.org/rss/1.0/modules/syndication/}"
XML = "{http://www.w3.org/XML/1998/namespace}"

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://)?[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,#]+")
TAG = re.compile(r"tag:(?:[a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(?:-\d\d(?:-\d\d)?)?:[0-9A-Za-z;/?:@&=+$.\-_!~*'()%,]*")
URN = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{1,31}:[A-Za-z0-9()+,.:=@;$_!*'%/?#-]+")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_RFC2822 = re.compile(
    r"(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}"
    r" \d\d:\d\d(?::\d\d)? (?:GMT|UT|[+-]\d{4})"
)
MIME = re.compile(r"[^\s/]+/[^\s/]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.IGNORECASE)
_ENTITY = re.compile(r"&(#?\w+);")
_BARE = re.compile(r"&(?!#\d+;|#[xX][0-9a-fA-F]+;|[A-Za-z]\w*;)")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_OPTIONAL_END = frozenset("li p dd dt tr td th thead tbody tfoot".split())
_HTML = frozenset(
    "a abbr b big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure"
    " font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp script small span strike strong style sub sup"
    " table tbody td tfoot th thead time tr tt u ul var".split()
)
_DANGEROUS = frozenset(
    "script iframe object embed applet form input button textarea select meta link base style svg math noscript frame"
    " frameset template".split()
)
_ADDRESSES = ("href", "src", "cite", "action", "background", "longdesc", "poster", "xlink:href")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: its level, the validator's name for it, and where."""

    level: str
    code: str
    where: str

    def __str__(self) -> str:
        return f"{self.level} {self.code}: {self.where}"


def parsed(body: bytes, check: Callable[[ET.Element], Iterator[Finding]]) -> list[Finding]:
    try:
        root = ET.fromstring(body)
    except (ET.ParseError, ValueError) as error:
        return [Finding("E", "SAXError", str(error))]
    return list(check(root))


def children(parent: ET.Element, known: set[str], *, repeatable: set[str]) -> Iterator[Finding]:
    for name, times in Counter(child.tag for child in parent).items():
        if name not in known:
            yield Finding("E", "UndefinedElement", f"{parent.tag}/{name}")
        elif times > 1 and name not in repeatable:
            yield Finding("E", "DuplicateElement", f"{parent.tag}/{name}")


def self_link(parent: ET.Element, url: str, missing: str) -> Iterator[Finding]:
    found = [link.get("href") for link in parent.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if not found:
        yield Finding("W", missing, "no link to itself")
    elif found[0] != url:
        yield Finding("W", "SelfDoesntMatchLocation", f"{found[0]} served as {url}")


def language(tag: str | None) -> Iterator[Finding]:
    if not tag:
        yield Finding("I", "MissingLanguage", "no language")
    elif not _LANGUAGE.fullmatch(tag):
        yield Finding("E", "InvalidLanguage", tag)


def full_link(value: str | None, where: str) -> Iterator[Finding]:
    """Check an absolute http(s) address, also for what hides a script from a look at its first letters."""
    value = value or ""
    bare = re.sub(r"[\x00-\x20\x7f-\xa0]", "", html.unescape(value)).lower()
    if bare.startswith(("javascript:", "data:", "vbscript:")):
        yield Finding("W", "SchemeNotIANARegistered", f"{where}: {value}")
    elif not re.match(r"https?://[^/?#]", value):
        yield Finding("E", "InvalidFullLink", f"{where}: {value!r}")
    elif not URI.fullmatch(value) or re.search(r"%(?![0-9A-Fa-f]{2})", value) or value.count("#") > 1:
        yield Finding("E", "InvalidUriChar", f"{where}: {value!r}")


def rfc2822(value: str, where: str, now: datetime) -> Iterator[Finding]:
    match = _RFC2822.fullmatch(value)
    if not match:
        yield Finding("E", "InvalidRFC2822Date", f"{where}: {value}")
        return
    moment = parsedate_to_datetime(value)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if match.group(1) and "Mon Tue Wed Thu Fri Sat Sun".split()[moment.weekday()] != match.group(1):
        yield Finding("E", "IncorrectDOW", f"{where}: {value}")
    yield from _plausible(moment, where, now)


def rfc3339(value: object, where: str, now: datetime) -> Iterator[Finding]:
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        yield Finding("E", "InvalidRFC3339Date", f"{where}: {value}")
        return
    yield from _plausible(datetime.fromisoformat(value.replace("Z", "+00:00")), where, now)


def _plausible(moment: datetime, where: str, now: datetime) -> Iterator[Finding]:
    if moment.year < 1970 or moment > now + timedelta(days=1):
        yield Finding("W", "ImplausibleDate", f"{where}: {moment}")


def plain_text(value: str, where: str) -> Iterator[Finding]:
    """Check text that must hold no HTML (P14) and must not turn the reading direction of what follows."""
    ends = [tag for tag in re.findall(r"</(\w+)>", value) if tag.lower() in _HTML]
    entities = [name for name in _ENTITY.findall(value) if name.startswith("#") or f"{name};" in html.entities.html5]
    if ends or entities:
        yield Finding("W", "ContainsHTML", f"{where}: {value[:80]}")
    if _TURNING.search(value):
        yield Finding("W", "TurnsDirection", f"{where}: {value[:80]!r}")
    yield from read_twice(value, where)


def media(parent: ET.Element, where: str) -> Iterator[Finding]:
    for content in parent.findall(f"{MEDIA}content"):
        if content.get("url") is None:
            yield Finding("E", "MediaContentWithoutUrl", where)
        else:
            yield from full_link(content.get("url"), f"{where}/media:content")
        for name in ("title", "description"):
            yield from plain_text(content.findtext(f"{MEDIA}{name}") or "", f"{where}/media:{name}")


class _Html(HTMLParser):
    """Collects the faults of one fragment."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DANGEROUS:
            self.faults.append(("W", "SecurityRisk", tag))
        for name, value in attrs:
            if name.startswith("on"):
                self.faults.append(("W", "SecurityRiskAttr", f"{tag} {name}"))
            elif name == "style":
                self.faults.append(("W", "DangerousStyleAttr", f"{tag} style"))
            elif name == "srcset" or name in _ADDRESSES:
                self._address(tag, value or "")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in _OPTIONAL_END:
            self.open.pop()
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in _VOID:
            self.faults.append(("W", "NotHtml", f"</{tag}> closes nothing"))

    def _address(self, tag: str, value: str) -> None:
        bare = re.sub(r"[\x00-\x20\x7f-\xa0]", "", value).lower()
        if bare.startswith(("javascript:", "data:", "vbscript:")):
            self.faults.append(("W", "SecurityRiskUrl", f"{tag} {value}"))
        elif not re.match(r"https?://[^/?#]|mailto:", value):
            self.faults.append(("W", "ContainsRelRef", f"{tag} {value!r}"))

    def finished(self) -> list[tuple[str, str, str]]:
        self.close()
        left = [tag for tag in self.open if tag not in _OPTIONAL_END]
        return [*self.faults, *(("W", "NotHtml", f"<{tag}> is not closed") for tag in left)]


def fragment(fragment: str, where: str) -> Iterator[Finding]:
    parser = _Html()
    parser.feed(fragment)
    for level, code, what in parser.finished():
        yield Finding(level, code, f"{where}: {what}")
    if _BARE.search(fragment):
        yield Finding("W", "BareAmpersand", f"{where}: {fragment[:80]}")
    yield from read_twice(html.unescape(fragment), where)


def read_twice(value: str, where: str) -> Iterator[Finding]:
    """Check what becomes of a text in a reader that takes it for HTML."""
    parser = _Html()
    parser.feed(value)
    for _, code, what in parser.finished():
        if code.startswith("Security"):
            yield Finding("W", "DangerousTwice", f"{where}: {what}")
