"""A page that was asked for in, the best way to its site's articles out: a feed it offers, itself, or a sitemap.

Asked once for a source of kind "auto", and by `add` and `try`; each request is fetched politely like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from feedsvc import discover, urls
from feedsvc.discover import judge, offers
from feedsvc.errors import ContentError, FetchError
from feedsvc.model import Lead, Listing, ListRules, Offer, Option, Page, Source, Way
from feedsvc.poll.visit import Visit

TOLD = 6  # addresses that the page tells and that are asked
GUESSED = 6  # addresses that nobody told


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What stands behind an address: the way to read it with what it gives, and every option that was looked at."""

    options: tuple[Option, ...]
    chosen: Option
    page: Page
    listing: Listing

    @property
    def way(self) -> Way:
        """The way, for the record."""
        return Way(url=self.chosen.url, why=f"{self.chosen.by}: {self.chosen.reason}")


def is_wanted(source: Source) -> bool:
    """Whether the best way to a source is ours to find: its kind is "auto" and no rule says how its list is read."""
    return source.kind == "auto" and source.list_rules == ListRules()


def survey(visit: Visit, page: Page, *, thorough: bool) -> Survey:
    """Return the best way to the articles of a page that was just fetched; its ContentError if there is none.

    Usual addresses and sitemaps are tried where the page tells of no good feed and gives little itself, or on demand.
    """
    looked = _Looked(visit=visit, page=page, thorough=thorough)
    own = looked.itself()
    if looked.is_html:
        looked.follow(visit.read(offers.on_page, page), TOLD, hub=True)
    if looked.is_html and (thorough or (judge.is_poor(own) and not looked.has_good_feed)):
        looked.follow(offers.usual(page.final_url), GUESSED)
        looked.follow(offers.sitemaps(page.final_url, looked.robots()), GUESSED)
    return looked.finished()


class _Looked:
    """What a survey has seen so far."""

    def __init__(self, *, visit: Visit, page: Page, thorough: bool) -> None:
        self._visit = visit
        self._page = page
        self._thorough = thorough
        self._asked = {urls.key(page.final_url), urls.key(page.url)}
        self._own: tuple[Lead, ...] = ()
        self._error: ContentError | None = None
        self._found: dict[str, tuple[Page, Listing]] = {}
        self._options: list[Option] = []
        self.is_html = True

    def itself(self) -> tuple[Lead, ...]:
        """Read the page that was asked for."""
        url = self._page.final_url
        try:
            listing = self._visit.read(discover.leads, self._page, self._visit.source)
        except ContentError as error:
            self._error = error
            self._options.append(Option(url=url, by="the address itself", good=False, reason=error.message))
            return ()
        self.is_html = listing.kind == "html"
        self._own = listing.leads
        self._found[url] = (self._page, listing)
        self._options.append(judge.page(url, listing))
        return listing.leads

    def follow(self, found: Iterable[Offer], most: int, *, hub: bool = False) -> None:
        """Ask what is offered, with `hub` also what an offered page lists; the first good feed is enough unless all
        options are wanted."""
        for offer in found:
            if most <= 0 or self._visit.is_over() or (self.has_good_feed and not self._thorough):
                return
            if urls.key(offer.url) in self._asked:
                continue
            self._asked.add(urls.key(offer.url))
            most -= 1
            if listed := self._look(offer, hub=hub):
                self.follow(listed, TOLD)

    def robots(self) -> str:
        """Return the site's robots.txt as text, "" if there is none: it names sitemaps."""
        url = urls.absolute(self._page.final_url, "/robots.txt")
        try:
            return self._visit.get(url).body.decode("utf-8", "replace") if url else ""
        except FetchError:
            return ""

    def finished(self) -> Survey:
        """Return the choice; the page's own error if nothing can be chosen."""
        chosen = judge.best(self._options, self._own)
        if chosen is None:
            raise self._error or ContentError(
                self._page.final_url, "items", "nothing that looks like a list of articles", kind="no_items"
            )
        page, listing = self._found[chosen.url]
        return Survey(options=tuple(self._options), chosen=chosen, page=page, listing=listing)

    @property
    def has_good_feed(self) -> bool:
        return any(option.good and option.kind in ("feed", "json") for option in self._options)

    def _look(self, offer: Offer, *, hub: bool) -> tuple[Offer, ...]:
        """Fetch and read one offer; return what it lists if it is a page about feeds."""
        try:
            page = self._visit.get(offer.url)
            listed = self._visit.read(offers.on_page, page) if hub else ()
            if listed:
                return tuple(replace(each, by=f"page of feeds {offer.url}") for each in listed)
            listing = self._visit.read(discover.leads, page, replace(self._visit.source, kind="auto"))
        except (FetchError, ContentError) as error:
            self._options.append(Option(url=offer.url, by=offer.by, good=False, reason=error.message))
            return ()
        if listing.kind == "html":
            reason = "a page, no feed"
            self._options.append(Option(url=offer.url, by=offer.by, good=False, reason=reason, kind="html"))
            return ()
        now = self._visit.started_at
        self._options.append(judge.option(offer, listing, self._page.final_url, self._own, now))
        self._found[offer.url] = (page, listing)
        return ()
