"""An element and the page's address in, where the element's links lead out: to another site, or within this one.

A line that is one link within the site is a teaser of another article; one that leads to another site is a reference
the text makes.
"""

from __future__ import annotations

from functools import lru_cache

from lxml.html import HtmlElement

from feedsvc import urls


def leads_out(element: HtmlElement, base: str) -> bool:
    """Whether an element has links, and all of them lead to other sites than the page's."""
    around = next(element.iterancestors("a"), None)
    found = [around] if around is not None else list(element.iter("a"))
    addresses = [href.strip() for link in found if (href := link.get("href"))]
    return bool(addresses) and all(_is_elsewhere(address, base) for address in addresses)


def _is_elsewhere(address: str, base: str) -> bool:
    """Whether a web address is another site's; one without a host is the page's own."""
    if not address.startswith(("http://", "https://", "//")):
        return False
    absolute = urls.absolute(base, address)
    return absolute is not None and _site(urls.host(absolute)) != _site(urls.host(base))


@lru_cache(maxsize=512)
def _site(host: str) -> str:
    """Return the part of a host that its owner registered, as far as its form tells: "example.co.uk"."""
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2
    return ".".join(labels[-3 if short else -2 :])


def are_sponsored(element: HtmlElement) -> bool:
    """Whether an element has links, and all of them are paid for (`rel=sponsored`, HTML 4.6.6)."""
    found = [link.get("rel") or "" for link in element.iter("a")]
    return bool(found) and all("sponsored" in rel.split() for rel in found)
