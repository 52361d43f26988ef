"""A page's scripts in, the article they carry as data out: for pages whose visible HTML has no text.

Nothing is known of any site's names. The article is the object that holds the page's title and below which the longest
coherent text stands; its date, its authors and its picture are read from what is beside that title.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from feedsvc import text
from feedsvc.extract import richtext
from feedsvc.html import scripts
from feedsvc.model import Image

Node = Mapping[str, object]

MIN_TEXT = 250  # characters from which a text can be an article's
ALONE = 800  # and from which it is one though no title of the page confirms it
RIVAL = 0.5  # as long as no other object has a text of this share of its length
MAX_NODES = 40_000  # of all scripts of a page that are asked for a title
MAX_STEPS = 300_000  # in all of them, from an object to the texts below it
MAX_DEPTH = 40
MAX_WEIGHED = 60_000  # nodes of texts that are measured in one value
MAX_TEXT = 2_000_000  # characters of one text, and tags below: more cannot be published
MAX_MARKS = 50_000
MAX_TEXTS = 200  # of one object that are weighed
MIN_TITLE = 10  # characters from which a text can confirm a title
MAX_TITLE = 300
MAX_TEASER = 2_000
MAX_NAME = 100  # characters of a name
MAX_BELOW = 6  # how far below its title an article's text stands

# Subtrees that are about something else; their names are the same whoever writes them.
_ELSEWHERE = re.compile(
    r"comment|repl(?:y|ies)|related|recommend|similar|teaser|newsletter|legal|consent|translation|messages|i18n|locale|"
    r"footer|navigation|menu|author|contributor|bio(?:graphy)?$|seo|meta(?:data)?$|config|experiment|advert|^ads?$|caption|"
    r"credit|transcript|faq|settings|flags|schema|structured_?data|json_?ld",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^(?:title|headline|heading|head_?line|titel|ueberschrift|name|h1)$", re.IGNORECASE)
_KICKER = re.compile(r"^(?:kicker|overline|top_?line|roof_?line|dach_?zeile|eyebrow|spitzmarke)$", re.IGNORECASE)
_TEASER = re.compile(
    r"^(?:teaser(?:_?text)?|lead(?:_?text)?|lede|stand_?first|vorspann|intro(?:duction|text)?|excerpt|summary|abstract|"
    r"description|dek|sub_?title|sub_?headline)$",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"^(?:date_?|first_?|original_?)*publi(?:sh|cation|shed)(?:ed)?_?(?:at|on|date|time|datetime|timestamp|utc)*$|"
    r"^(?:pub_?date|release_?date|online_?since|display_?date|date)$",
    re.IGNORECASE,
)
_CREATED = re.compile(r"^(?:date_?)?created?_?(?:at|on|date|time)?$", re.IGNORECASE)
_UPDATED = re.compile(
    r"^(?:date_?|last_?)*(?:modif(?:ied|ication)|updated?|changed)_?(?:at|on|date|time|datetime|timestamp)*$",
    re.IGNORECASE,
)
_AUTHORS = re.compile(r"^(?:authors?|by_?lines?|creators?|writers?|contributors?|autor(?:en)?)$", re.IGNORECASE)
_IMAGE = re.compile(
    r"^(?:(?:hero|lead|main|featured?|teaser|article|cover|primary|top|promo)?_?(?:image|picture|photo|media|bild)s?|"
    r"thumbnail)$",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"^https?://\S+|^/\S+\.(?:jpe?g|png|webp|avif|gif)\b\S*", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")
_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?…][\"“”«»’')\]]*(?=\s|$)")

_BODIES = ("articleBody", "text")  # what an article's text is called in JSON-LD


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An article as a page's scripts carry it; its HTML is not yet safe, its dates are texts.

    `confirmed` tells that a title of the page is this article's.
    """

    source: str
    title: str
    markup: str
    confirmed: bool
    kicker: str | None = None
    teaser: str | None = None
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class _Title:
    """What an object calls itself, whether a title of the page confirms it, and whether the object itself says it."""

    said: str
    confirmed: bool
    own: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """An object that may be the article, its title, and the length of its text."""

    node: Node
    title: str
    text: object
    length: int
    depth: int
    source: str
    confirmed: bool


def read(root: HtmlElement, titles: Collection[str]) -> State | None:
    """Return the article that a page's scripts carry, else the one its JSON-LD repeats; None if none of them holds one.

    `titles` are those the page claims, also with its site's name.
    """
    folded = {text.fold(title) for title in titles if title}
    nodes, steps = iter(range(MAX_NODES)), iter(range(MAX_STEPS))
    drawn = (each for data in scripts.read(root) for each in _articles(data, folded, nodes, steps))
    linked = (each for data in scripts.linked(root) for each in _articles(data, folded, nodes, steps, _BODIES))
    return _best(drawn) or _best(filter(_is_body, linked))


def _is_body(found: _Found) -> bool:
    """Whether a text of JSON-LD is an article's, not what it says of a product, a publisher or a question."""
    return any(found.text is found.node.get(name) for name in _BODIES)


def _best(row: Iterable[_Found]) -> State | None:
    found = list(row)
    ranked = sorted(found, key=lambda each: each.length, reverse=True)
    best = _innermost([each for each in ranked if each.confirmed]) or _alone(ranked)
    return _state(best) if best else None


def _innermost(ranked: Sequence[_Found]) -> _Found | None:
    """Return the object with the longest text; of several around the same text the one whose texts tell the most."""
    same = [each for each in ranked if each.length == ranked[0].length]
    return max(same, key=lambda each: (bool(_texts(each.node, _PUBLISHED)), each.depth), default=None)


def _alone(ranked: Sequence[_Found]) -> _Found | None:
    """Return the one object whose text is far longer than any other's: a page without a title of its own."""
    if not ranked or ranked[0].length < ALONE:
        return None
    rivals = [each for each in ranked if each.text != ranked[0].text and each.length > RIVAL * ranked[0].length]
    return None if rivals else _innermost(ranked)


# ---- where the article is -------------------------------------------------------------------------------------------


def _articles(
    data: scripts.Data,
    titles: Collection[str],
    nodes: Iterator[int],
    steps: Iterator[int],
    bodies: Collection[str] = (),
) -> Iterator[_Found]:
    """Give the objects of a value that have a title and a text, until nodes and steps of the page are used up.

    Where names of `bodies` are given, only objects with one of them are asked.
    """
    scale = _Scale()
    waiting: list[tuple[object, int]] = [(data.value, 0)]
    while waiting and next(nodes, None) is not None:
        value, depth = waiting.pop()
        asked = isinstance(value, dict) and (not bodies or any(name in value for name in bodies))
        if isinstance(value, dict) and asked and (titled := _title(value, titles)):
            said, length = _longest(value, titled, scale, steps)
            if length >= MIN_TEXT:
                yield _Found(value, titled.said, said, length, depth, data.name, titled.confirmed)
        if depth < MAX_DEPTH:
            waiting.extend((inner, depth + 1) for inner in _inside(value) if isinstance(inner, (dict, list)))


def _inside(value: object) -> Iterator[object]:
    """Give what an object or a list holds that may be about the same thing."""
    if isinstance(value, dict):
        yield from (inner for name, inner in value.items() if not _is_elsewhere(str(name)[:MAX_NAME]))
    elif isinstance(value, list):
        yield from value


@lru_cache(maxsize=4096)
def _is_elsewhere(name: str) -> bool:
    return bool(_ELSEWHERE.search(name))


def _title(node: Node, titles: Collection[str]) -> _Title | None:
    """Return an object's title: what the page claims as one, in it or in an object of it; else what is named so."""
    own = [(str(name), said) for name, value in node.items() if (said := _said(value))]
    inner = [said for value in node.values() if isinstance(value, dict) for said in map(_said, value.values()) if said]
    for of_its_own, texts in ((True, [said for _, said in own]), (False, inner)):
        for said in texts:
            if MIN_TITLE <= len(said) <= MAX_TITLE and _agrees(text.fold(said), titles):
                return _Title(said, confirmed=True, own=of_its_own)
    named = _named(own)
    return _Title(named, confirmed=False, own=True) if named else None


def _named(own: Iterable[tuple[str, str]]) -> str | None:
    return next((said for name, said in own if _TITLE.match(name) and len(said) <= MAX_TITLE), None)


def _agrees(said: str, titles: Collection[str]) -> bool:
    """Whether a text is what the page calls itself, with or without its site's name before or behind."""
    return any(
        said == title or (len(said) >= len(title) / 2 and (title.startswith(said) or title.endswith(said)))
        for title in titles
    )


def _longest(node: Node, title: _Title, scale: _Scale, steps: Iterator[int]) -> tuple[object, int]:
    """Return the longest text below an object, and its length; what has a title and an address is another's.

    So is what has another title, if the object has none of its own: it holds several articles.
    """
    best: tuple[object, int] = (None, 0)
    waiting: list[tuple[object, int]] = [(inner, 1) for inner in _inside(node)]
    for _ in range(MAX_TEXTS):
        if not waiting or next(steps, None) is None:
            break
        value, depth = waiting.pop(0)
        if isinstance(value, (str, list)):
            best = max(best, (value, scale.length(value)), key=lambda one: one[1])
        if depth < MAX_BELOW and not (isinstance(value, dict) and _is_anothers(value, title)):
            inner = islice(_inside(value), MAX_TEXTS)
            waiting.extend((one, depth + 1) for one in inner if isinstance(one, (dict, list, str)))
    return best


def _is_anothers(node: Node, title: _Title) -> bool:
    if richtext.is_teaser(node):
        return True
    named = None if title.own else _named((str(name), said) for name, value in node.items() if (said := _said(value)))
    return named is not None and text.fold(named) != text.fold(title.said)


class _Scale:
    """Measures texts, each once, and all of them within a bound: lists in lists would be measured for ever."""

    def __init__(self) -> None:
        self._weighed: dict[int, int] = {}
        self._left = MAX_WEIGHED

    def length(self, value: str | list[object]) -> int:
        """Return how long a text is as a reader sees it; 0 for lists that are no text, and for what is no prose."""
        if id(value) not in self._weighed:
            self._weighed[id(value)] = self._length(value)
        return self._weighed[id(value)]

    def _length(self, value: str | list[object]) -> int:
        if len(value) > MAX_TEXT or (isinstance(value, str) and not len(value) >= MIN_TEXT):
            return 0
        if isinstance(value, str) and value.count("<") > MAX_MARKS:
            return 0
        if isinstance(value, list) and richtext.weight(value) < MIN_TEXT:
            return 0
        writer = richtext.Writer(min(self._left, richtext.MAX_NODES))
        said = writer.blocks(value, 0)
        self._left -= min(self._left, richtext.MAX_NODES) - writer.left
        bare = html.unescape(_TAGS.sub(" ", said))
        is_prose = len(_SENTENCE.findall(bare)) > 1 and bare.count(" ") > len(bare) / 20
        return len(" ".join(bare.split())) if is_prose else 0


# ---- what is beside it ----------------------------------------------------------------------------------------------


def _state(found: _Found) -> State:
    node = found.node
    return State(
        source=found.source,
        title=found.title,
        markup=richtext.to_html(found.text),
        confirmed=found.confirmed,
        kicker=next(iter(_texts(node, _KICKER)), None),
        teaser=next((said for said in _texts(node, _TEASER) if 40 < len(said) < MAX_TEASER), None),
        published=(*_texts(node, _PUBLISHED), *_texts(node, _CREATED)),
        updated=_texts(node, _UPDATED),
        authors=tuple(dict.fromkeys(name for value in _values(node, _AUTHORS) for name in _names(value))),
        image=next((image for value in _values(node, _IMAGE) if (image := _image(value))), None),
    )


def _values(node: Node, pattern: re.Pattern[str]) -> Iterator[object]:
    """Give an object's values under names that match, then those of the objects in it."""
    yield from (value for name, value in node.items() if pattern.match(str(name)) and value)
    for inner in node.values():
        if isinstance(inner, dict):
            yield from (value for name, value in inner.items() if pattern.match(str(name)) and value)


def _texts(node: Node, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Return the texts under names that match; numbers that may be instants (Unix time) as ISO 8601."""
    found = (_instant(v) if isinstance(v, (int, float)) else _said(v) for v in _values(node, pattern))
    return tuple(dict.fromkeys(said for said in found if said))


def _said(value: object) -> str | None:
    """Return a text without its markup, also where it is wrapped as {"rendered": ...}."""
    if isinstance(value, dict) and 0 < len(value) <= 4:
        value = next((value[name] for name in ("rendered", "text", "value", "raw") if name in value), None)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEASER:
        return None
    return text.tidy(html.unescape(_TAGS.sub(" ", value)))


def _instant(value: float) -> str | None:
    """Return a Unix time in seconds or milliseconds as text, if it is one of this century's."""
    if not 946_684_800 < value < 4_102_444_800_000:  # before dividing: JSON has numbers that are too large for that
        return None
    seconds = value / 1000 if value > 1e11 else value
    return datetime.fromtimestamp(seconds, UTC).isoformat() if 946_684_800 < seconds < 4_102_444_800 else None


def _names(value: object) -> Iterator[str]:
    """Give the names of people: texts, objects with a name, lists of those."""
    if isinstance(value, list):
        for item in value[:20]:
            yield from () if isinstance(item, list) else _names(item)
    elif isinstance(value, dict):
        joined = " ".join(str(value[name]) for name in ("firstName", "lastName") if isinstance(value.get(name), str))
        told = (_said(value.get(name)) for name in ("name", "displayName", "fullName", "title", "label"))
        if name := next((one for one in told if one), None) or text.tidy(joined):
            yield name
    elif (said := _said(value)) and len(said) < 100:
        yield said


def _image(value: object) -> Image | None:
    """Return a picture: an address, or an object that has one, at most three objects deep."""
    for _ in range(3):
        if isinstance(value, list):
            value = next(iter(value), None)
        if isinstance(value, str):
            return Image(url=value) if _PICTURE.match(value) else None
        if not isinstance(value, dict):
            return None
        addresses = (value.get(name) for name in ("url", "src", "href", "contentUrl", "original", "large"))
        if address := next((one for one in addresses if isinstance(one, str) and _PICTURE.match(one)), None):
            told = {name: _said(value.get(name)) for name in ("alt", "altText", "caption", "credit", "copyright")}
            alt, credit = told["alt"] or told["altText"], told["credit"] or told["copyright"]
            return Image(url=address, alt=alt, caption=told["caption"], credit=credit)
        value = next((inner for inner in value.values() if isinstance(inner, (dict, list)) and inner), None)
    return None
