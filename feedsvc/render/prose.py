"""Strangers' text and HTML in, text and HTML out that every reader shows alike, however often it decodes them."""

from __future__ import annotations

import html as entities
import re
from functools import lru_cache

import lxml.html
from lxml.html import HtmlElement

from feedsvc import html, text
from feedsvc.model import Article, Image, Origin
from feedsvc.render import links

TITLE_CHARS = 300
NAME_CHARS = 120
# nh3 needs seconds for a million "&"; nothing that was ever cleaned and stored whole comes near these.
MAX_BODY_CHARS = 300_000
MAX_BODY_TAGS = 20_000
KEPT = 300  # sanitised texts, 4 KB each as a rule
_MARKUP = re.compile(
    r"</?(?:a|abbr|acronym|article|aside|audio|b|base|big|blockquote|body|br|button|center|cite|code|dd|del|div|dl|dt|em"
    r"|embed|figcaption|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd"
    r"|label|li|link|main|map|mark|math|meta|nav|nobr|noscript|object|ol|option|p|param|picture|pre|q|s|samp|script"
    r"|section|select|small|source|span|strike|strong|style|sub|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead"
    r"|title|tr|tt|u|ul|var|video|wbr)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp;)*(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG_START = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY_START = re.compile(r"&(?=#?\w+;)")
_JOINER = "\u2060"  # WORD JOINER: no width, no line break, and "<" before it starts no tag
_ADDRESSES = frozenset({"href", "src", "cite"})
_ROUNDS = 4


def plain(value: str | None, limit: int) -> str | None:
    """Return the value as text on one line, at most `limit` characters, without markup or entities; None if empty.

    RSS titles and descriptions are decoded once by some readers and twice by others (P14): what remains of "<" and
    "&" is kept from meaning anything the second time.
    """
    if value is None:
        return None
    value = value[: 40 * limit + 1000]
    marked = "<" in value or "&" in value
    bare = text.tidy(_without_markup(value) if marked else value)
    return defused(text.shorten(bare, limit)) if bare else None


def defused(value: str) -> str:
    """Return the text so that it starts neither tag nor entity when it is taken for HTML."""
    return _ENTITY_START.sub("&" + _JOINER, _TAG_START.sub("<" + _JOINER, value))


def full(article: Article, origin: Origin) -> str | None:
    """Return the article's text as HTML if its source's licence lets us publish that, else None.

    Sanitised once more (P21), with the pictures only if they may be linked to.
    """
    body = article.body_html
    licensed = origin.content == "full" and origin.license.strip()
    if not body or not licensed or article.access in ("paywall", "consent_wall"):
        return None
    if len(body) > MAX_BODY_CHARS or body.count("<") > MAX_BODY_TAGS:
        return None
    return _sanitised(body, article.url, article.image, pictures=origin.images == "link")


@lru_cache(maxsize=KEPT)
def _sanitised(body: str, base: str, image: Image | None, *, pictures: bool) -> str | None:
    """Return a text fit to be published; kept, because an article stands in several feeds and changes hardly ever."""
    cleaned = html.clean(body, base)
    if cleaned is None:
        return None
    root = lxml.html.fragment_fromstring(cleaned, create_parent="div")
    if not pictures:
        _drop_pictures(root)
    elif image is not None:
        _put_first(root, image)
    return _inner(_safe_twice(root)) or None


def _without_markup(value: str) -> str:
    """Return the value with tags taken out and entities resolved, also those that hide behind one another."""
    for _ in range(_ROUNDS):
        bare = _ENTITY.sub(lambda match: entities.unescape(f"&{match.group(1)};"), _MARKUP.sub(" ", value))
        if bare == value:
            break
        value = bare
    return _MARKUP.sub(" ", value)


def _drop_pictures(root: HtmlElement) -> None:
    """Take out pictures and the figures made around them: a caption without its picture says nothing."""
    for picture in root.xpath(".//img"):
        figure = next(picture.iterancestors("figure"), None)
        target = picture if figure is None or figure.xpath(".//table | .//pre | .//blockquote") else figure
        if target.getparent() is not None:
            target.drop_tree()


def _put_first(root: HtmlElement, image: Image) -> None:
    """Put the article's picture with its caption and credit before the text, unless the text shows it already."""
    address = links.outward(image.url)
    if address is None or address in root.xpath(".//img/@src"):
        return
    figure = lxml.html.Element("figure")
    picture = lxml.html.Element("img", src=address, alt=plain(image.alt, 2000) or "")
    figure.append(picture)
    words = [plain(image.caption, 2000), credit(image)]
    if any(words):
        caption = lxml.html.Element("figcaption")
        caption.text = " ".join(word for word in words if word)
        figure.append(caption)
    figure.tail, root.text = root.text, None
    root.insert(0, figure)


def credit(image: Image) -> str | None:
    """Return whom the picture is from, in parentheses."""
    name = plain(image.credit, NAME_CHARS)
    return f"({name})" if name else None


def _safe_twice(root: HtmlElement) -> HtmlElement:
    """Defuse texts and attributes: the fragment stays harmless when its entities are resolved once too often."""
    for element in root.iter():
        element.text = defused(element.text) if element.text else element.text
        element.tail = defused(element.tail) if element.tail else element.tail
        for name, value in element.attrib.items():
            if name in _ADDRESSES and not value.startswith("mailto:"):
                value = links.outward(value) or ""
            element.set(name, defused(value).replace('"', "”"))
            if name in _ADDRESSES and not value:
                del element.attrib[name]
    return root


def _inner(root: HtmlElement) -> str:
    serialised: str = lxml.html.tostring(root, encoding="unicode", with_tail=False)
    return serialised.removeprefix("<div>").removesuffix("</div>").strip()
