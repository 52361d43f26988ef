"""A page in, the addresses out under which its site may offer the same articles as a feed, best guesses first.

A page tells by link elements and headers (RFC 8288), by links that are worded so, and by a page of its own that lists
feeds. What it does not tell may lie at an address that content systems use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedsvc import html, text, urls
from feedsvc.discover import kind
from feedsvc.model import Offer, Page

MAX_OFFERS = 12
NAMED = 3  # sitemaps of a robots.txt that are worth asking
USUAL = "usual address"
_TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|application/xml|text/xml", re.IGNORECASE)
_WORDED = re.compile(
    r"(?:rss|atom|news-?feeds?|feeds?|xml-feed|rss-?feeds?|rss 2\.0|json-?feed)(?:[\s:–-].{0,60})?|"
    r".{1,40}\s(?:als|per|as|via) (?:rss|feed|rss-feed)|.{0,60}\b(?:rss|atom)-?feeds?\b.{0,30}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"/(?:rss|atom|feeds?|newsfeeds?|rss-?feeds?|rssfeeds?|xml-?feeds?)(?:[/_.-][^?#]*)?(?:\?[^#]*)?$|"
    r"\.(?:rss|atom|rdf)(?:\?[^#]*)?$|/(?:rss|atom|feed|index|news|aktuelles)\.xml(?:\?[^#]*)?$|"
    r"[?&](?:format=feed|feed=(?:rss2?|atom)|type=(?:rss|atom)|view=rss|output=rss)\b|RSSNewsfeed|RSSFeed",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comments?[/_-]|/comments\b|kommentar|comment[ -]?feed|comments feed", re.IGNORECASE)
_WORDPRESS = "https://api.w.org/"  # the relation, not an address that is asked
_USUAL = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json")
_SITEMAPS = ("news-sitemap.xml", "sitemap-news.xml", "sitemap.xml")


def on_page(page: Page) -> tuple[Offer, ...]:
    """Return what a page itself points at; () if it is no HTML page."""
    if kind.of(page) != "html":
        return ()
    tree = html.parse(page)
    found = (*_in_header(page), *_link_elements(tree), *_links(tree))
    once = {urls.key(offer.url): offer for offer in reversed(found) if not _is_comments(offer)}
    own = urls.key(page.final_url)
    return tuple(offer for key, offer in reversed(once.items()) if key != own)[:MAX_OFFERS]


def usual(url: str) -> tuple[Offer, ...]:
    """Return the addresses at which content systems put the feed of a page and of its site."""
    site, folder = urls.absolute(url, "/") or url, _folder(url)
    inside = () if folder == site else tuple(urls.absolute(folder, name) for name in _USUAL[:3])
    found = (*inside, *(urls.absolute(site, name) for name in _USUAL))
    return tuple(Offer(url=address, by=USUAL) for address in dict.fromkeys(found) if address)


def sitemaps(url: str, robots: str = "") -> tuple[Offer, ...]:
    """Return the sitemaps that a robots.txt names (sitemaps.org), those of news first, then the usual addresses."""
    lines = [line.partition(":")[2].strip() for line in robots.splitlines() if line.lower().startswith("sitemap:")]
    named = [address for line in lines[:50] if (address := urls.absolute(url, line))]
    named.sort(key=lambda address: "news" not in address.lower())
    offered = dict.fromkeys(named[:NAMED], "robots.txt")
    for name in _SITEMAPS:
        if address := urls.absolute(url, f"/{name}"):
            offered.setdefault(address, USUAL)
    return tuple(Offer(url=address, by=by) for address, by in offered.items())


def _folder(url: str) -> str:
    """Return the folder an address stands in; "/politik" and "/politik/" are both the folder "politik"."""
    bare = urls.without_tracking(url).partition("?")[0]
    last = bare.rpartition("/")[2]
    return bare if bare.endswith("/") else bare.rpartition("/")[0] + "/" if "." in last else f"{bare}/"


def _in_header(page: Page) -> Iterator[Offer]:
    for href in page.feeds:
        if url := urls.absolute(page.final_url, href):
            yield Offer(url=url, by="Link header")


def _link_elements(tree: html.Tree) -> Iterator[Offer]:
    for element in tree.root.iter("link"):
        rel = (element.get("rel") or "").lower().split()
        media_type = (element.get("type") or "").partition(";")[0].strip()
        fits = "feed" in rel or ("alternate" in rel and _TYPES.fullmatch(media_type))
        if fits and (url := tree.absolute(element.get("href"))):
            yield Offer(url=url, by="link element", title=text.tidy(element.get("title")))
    yield from _interfaces(tree)


def _interfaces(tree: html.Tree) -> Iterator[Offer]:
    """Give the posts of a WordPress site whose feeds are switched off: its REST root stands in a link element."""
    for element in tree.root.iter("link"):
        root = tree.absolute(element.get("href")) if element.get("rel") == _WORDPRESS else None
        if root:
            posts = f"{root.rstrip('/')}/wp/v2/posts?per_page=50&_embed=author,wp:term,wp:featuredmedia"
            yield Offer(url=posts, by="WordPress REST")


def _links(tree: html.Tree) -> Iterator[Offer]:
    """Give the links that are worded or addressed like feeds, or like a page that lists them."""
    for element in tree.root.iter("a"):
        url = tree.absolute(element.get("href"))
        if url is None:
            continue
        words = text.tidy(" ".join((element.text_content(), element.get("title") or element.get("aria-label") or "")))
        if _NAMED.search(url) or (words and len(words) < 100 and _WORDED.fullmatch(words)):
            yield Offer(url=url, by="link on the page", title=words)


def _is_comments(offer: Offer) -> bool:
    return bool(_COMMENTS.search(offer.url) or _COMMENTS.search(offer.title or ""))
