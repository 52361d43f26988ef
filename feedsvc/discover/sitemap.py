"""A sitemap's bytes in (sitemaps.org 0.9, with news and image extensions), its leads out."""

from __future__ import annotations

import lxml.etree

from feedsvc import dates, html, text, urls, wording
from feedsvc.errors import ContentError
from feedsvc.model import Image, Lead, Listing, Page, Rejected, Source

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"


def read(page: Page, source: Source) -> Listing:
    """Return the pages a sitemap names, in its order; only a news sitemap gives titles.

    ContentError (parse) for what is no urlset: an index names other sitemaps, and the message names the first.
    """
    root = _root(page)
    if root.tag.rpartition("}")[2] == "sitemapindex":
        first = text.tidy(root.findtext("{*}sitemap/{*}loc")) or "none"
        message = f"an index of sitemaps, not a sitemap: use one of those it names, the first is {first}"
        raise ContentError(page.final_url, "items", message, kind="parse")
    leads: list[Lead] = []
    rejected: list[Rejected] = []
    for number, entry in enumerate(root.findall("{*}url"), 1):
        lead = _lead(entry, page, source)
        if lead is None:
            rejected.append(Rejected(where=f"url {number}", reason="no address in <loc>"))
        else:
            leads.append(lead)
    return Listing(leads=tuple(leads), kind="sitemap", rejected=tuple(rejected))


def _root(page: Page) -> lxml.etree._Element:
    if len(page.body) > html.MAX_BYTES:
        message = f"sitemap of {len(page.body)} bytes is over {html.MAX_BYTES}"
        raise ContentError(page.final_url, "sitemap", message, kind="too_large")
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = lxml.etree.fromstring(page.body.lstrip(), parser=parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        raise ContentError(page.final_url, "sitemap", f"not readable as XML: {error}", kind="parse") from None
    if root is None or root.tag.rpartition("}")[2] not in ("urlset", "sitemapindex"):
        raise ContentError(page.final_url, "sitemap", "not a sitemap: no <urlset> in it", kind="parse")
    return root


def _lead(entry: lxml.etree._Element, page: Page, source: Source) -> Lead | None:
    url = urls.absolute(page.final_url, text.tidy(entry.findtext("{*}loc")))
    if url is None:
        return None
    title = text.tidy(entry.findtext(f"{NEWS}news/{NEWS}title"))
    kicker, headline = wording.split_title(title) if title else (None, None)
    published = _moment(entry.findtext(f"{NEWS}news/{NEWS}publication_date"), page, source)
    updated = _moment(entry.findtext("{*}lastmod"), page, source)
    keywords = (entry.findtext(f"{NEWS}news/{NEWS}keywords") or "").split(",")
    picture = urls.absolute(page.final_url, text.tidy(entry.findtext(f"{IMAGE}image/{IMAGE}loc")))
    return Lead(
        url=url,
        title=wording.join_title(kicker, headline) if headline else None,
        kicker=kicker,
        headline=headline,
        published=published.at if published else None,
        published_precision=published.precision if published else None,
        updated=updated.at if updated else None,
        image=Image(url=picture) if picture else None,
        categories=tuple(dict.fromkeys(label for word in keywords if (label := text.tidy(word)))),
    )


def _moment(words: str | None, page: Page, source: Source) -> dates.Moment | None:
    return dates.parse(words, language=source.language, timezone=source.timezone, now=page.fetched_at)
