"""A sitemap's bytes in (sitemaps.org 0.9, with news and image extensions), its leads out, or the sitemaps it names.

A sitemap is XML, a plain list of addresses, or a feed (sitemaps.org "Other Sitemap formats"); any may be compressed.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import lxml.etree
from lxml.etree import _Element

from feedsvc import dates, html, text, urls, wording
from feedsvc.discover import feed, items, kind
from feedsvc.discover.items import Context
from feedsvc.errors import ContentError
from feedsvc.model import Access, Further, Image, Lead, Listing, Page, Rejected, Source

MAX_URLS = 50_000  # of one sitemap (sitemaps.org)
MAX_TAGS = 16 * MAX_URLS
LOOKED_AT = 20  # entries that may tell the publication
_GZIP = b"\x1f\x8b"
_LINE = re.compile(r"\s*https?://\S+\s*", re.IGNORECASE)
# Maps of what gathers articles, not of articles: content systems stamp them with the newest article's time.
_GATHERED = re.compile(r"categor|kategor|tags?\b|author|autor|taxonom|page-|pages?\b|archiv|image|video", re.IGNORECASE)
_OLDEST = datetime.min.replace(tzinfo=UTC)
_ACCESS: dict[str, Access] = {"subscription": "paywall", "registration": "metered"}


def read(page: Page, source: Source) -> Listing:
    """Return the pages a sitemap names, in its order; only a news sitemap gives titles.

    An index gives no leads but `further`, its sitemaps, the last changed first, and the first of them as next page.
    ContentError (parse) for what is no sitemap, naming what it is.
    """
    page = unpacked(page)
    kind.check_size(page, "sitemap", MAX_TAGS)
    context = Context(page.final_url, source, page.fetched_at)
    if kind.of(page) == "feed":
        return replace(feed.read(page, source), kind="sitemap")
    markup = feed.decoded(page)
    if addresses := _listed(markup):
        return _listing([_plain(address, context) for address in addresses])
    root = _root(markup, page)
    if _name(root) == "sitemapindex":
        return _index(root, context)
    entries = [child for child in root if _name(child) == "url"][:MAX_URLS]
    news = (_child(entry, "news") for entry in entries[:LOOKED_AT])
    publication = next((_child(one, "publication") for one in news if one is not None), None)
    listing = _listing([_lead(entry, context) for entry in entries])
    return replace(listing, title=_told(publication, "name"), language=_told(publication, "language"))


def unpacked(page: Page) -> Page:
    """Return a page whose body is no gzip file; ContentError for one that is broken or larger than a page may be."""
    if not page.body.startswith(_GZIP):
        return page
    inflater = zlib.decompressobj(wbits=31)
    try:
        body = inflater.decompress(page.body, html.MAX_BYTES + 1)
    except zlib.error as error:
        raise ContentError(page.final_url, "sitemap", f"a gzip file that is broken: {error}", kind="parse") from None
    if len(body) > html.MAX_BYTES:
        message = f"a gzip file with over {html.MAX_BYTES} bytes in it"
        raise ContentError(page.final_url, "sitemap", message, kind="too_large")
    if not inflater.eof:
        raise ContentError(page.final_url, "sitemap", "a gzip file that is cut off", kind="truncated")
    return replace(page, body=body)


def _listing(found: list[Lead | None]) -> Listing:
    missing = (number for number, lead in enumerate(found, 1) if lead is None)
    rejected = tuple(Rejected(where=f"url {number}", reason="no address in <loc>") for number in missing)
    return Listing(leads=tuple(lead for lead in found if lead), kind="sitemap", rejected=rejected)


# ---- plain lists ----------------------------------------------------------------------------------------------------


def _listed(markup: str) -> list[str]:
    """Return the lines of a list of addresses, () for what is none: one line that is no address is enough."""
    if not _LINE.match(markup):
        return []
    lines = [line.strip() for line in markup.splitlines() if line.strip()][:MAX_URLS]
    return lines if all(_LINE.fullmatch(line) for line in lines) else []


def _plain(address: str, context: Context) -> Lead | None:
    url = urls.absolute(context.base, address)
    return Lead(url=url) if url else None


# ---- XML ------------------------------------------------------------------------------------------------------------


def _root(markup: str, page: Page) -> _Element:
    parser = lxml.etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = lxml.etree.fromstring(text.xml_safe(markup).encode("utf-8"), parser=parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        raise ContentError(page.final_url, "sitemap", f"not readable as XML: {error}", kind="parse") from None
    if root is None or _name(root) not in ("urlset", "sitemapindex"):
        message = f"no sitemap, but {kind.described(page)}"
        raise ContentError(page.final_url, "sitemap", message, kind="parse")
    return root


def _name(element: _Element) -> str:
    """Return an element's name without its namespace: sitemaps write old, misspelt and no namespaces."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _told(element: _Element | None, name: str) -> str | None:
    """Return the text of a child."""
    found = (text.tidy(one.text) for one in element if _name(one) == name) if element is not None else iter(())
    return next((words for words in found if words), None)


def _child(element: _Element, name: str) -> _Element | None:
    return next((one for one in element if _name(one) == name), None)


def _index(root: _Element, context: Context) -> Listing:
    """Return the sitemaps of an index as values, the last changed first; of equals, those of articles first."""
    found = []
    for entry in root:
        if _name(entry) == "sitemap" and (url := urls.absolute(context.base, _told(entry, "loc"))):
            changed = context.moment(_told(entry, "lastmod"))
            found.append(Further(url=url, changed=changed.at if changed else None))
    found.sort(key=lambda one: bool(_GATHERED.search(one.url.rpartition("/")[2])))
    found.sort(key=lambda one: one.changed or _OLDEST, reverse=True)
    if not found:
        raise ContentError(context.base, "items", "an index of sitemaps that names none", kind="no_items")
    return Listing(leads=(), kind="sitemap", next_page=found[0].url, further=tuple(found[:MAX_URLS]))


def _lead(entry: _Element, context: Context) -> Lead | None:
    url = urls.absolute(context.base, _told(entry, "loc"))
    if url is None:
        return None
    news = _child(entry, "news")
    title = items.label(_told(news, "title"))
    kicker, headline = wording.split_title(title) if title else (None, None)
    published, updated = _dates(
        context.moment(_told(news, "publication_date")), context.moment(_told(entry, "lastmod"))
    )
    keywords = (_told(news, "keywords") or "").split(",")
    return Lead(
        url=url,
        title=wording.join_title(kicker, headline) if headline else None,
        kicker=kicker,
        headline=headline,
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        updated=updated.at if updated else None,
        image=_image(_child(entry, "image"), context),
        categories=tuple(dict.fromkeys(label for word in keywords if (label := items.label(word)))),
        access=_ACCESS.get((_told(news, "access") or "").lower()),
    )


def _dates(
    published: dates.Moment | None, changed: dates.Moment | None
) -> tuple[dates.Moment | None, dates.Moment | None]:
    """Return when a page was published and edited; a change is no publication, and none before it is an edit."""
    return published, changed if published is None or (changed and changed.at > published.at) else None


def _image(image: _Element | None, context: Context) -> Image | None:
    url = urls.absolute(context.base, _told(image, "loc"))
    if url is None:
        return None
    caption, credit = wording.split_credit(items.plain(_told(image, "caption")) or "")
    return Image(url=url, caption=caption, credit=credit)
