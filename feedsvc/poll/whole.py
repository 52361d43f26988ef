"""An article's first page in, the whole article out, whichever number of pages it stands on.

Which page follows is a value that reading gave; here it is fetched, politely like any other, and at most nine times.
"""

from __future__ import annotations

from dataclasses import dataclass

from feedsvc import extract, urls, verdict
from feedsvc.errors import ContentError, FetchError
from feedsvc.model import Article, Lead, Page
from feedsvc.poll.visit import Visit

MAX_PAGES = 10  # of one article
MAX_CHARS = 1_500_000  # of its HTML: what would be longer cannot be published


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What was read of an article; `missing` is why some of its pages are not in it."""

    article: Article
    missing: FetchError | ContentError | None = None

    @property
    def missing_for_good(self) -> bool:
        """Whether asking for the missing pages again soon would give no more."""
        return self.missing is not None and is_lasting(self.missing)


def read(visit: Visit, page: Page, lead: Lead | None) -> Whole:
    """Return the article that begins on a page; errors of the first page are raised, those of further ones returned."""
    first = visit.read(extract.article, page, lead, visit.source)
    if first.single_page and (article := _on_one_page(visit, first)):
        return Whole(article=article)
    parts, missing = _following(visit, page, first)
    article = visit.read(extract.join, first, tuple(parts)) if parts else first
    return Whole(article=article, missing=missing)


def is_lasting(error: FetchError | ContentError) -> bool:
    """Whether the same would come of asking again soon: gone, refused, or nothing that can be read."""
    if isinstance(error, ContentError):
        return True
    return error.permanent or error.kind in verdict.REFUSED | verdict.DISALLOWED


def _on_one_page(visit: Visit, first: Article) -> Article | None:
    """Return the article with the text of the page that holds it all; None if that is not more than the first page."""
    try:
        page = visit.get(first.single_page or first.url)
        found = visit.read(extract.article, page, None, visit.source)
    except (FetchError, ContentError):
        return None  # its pages are still there to be read one by one
    return visit.read(extract.instead, first, found)


def _following(visit: Visit, page: Page, first: Article) -> tuple[list[Article], FetchError | ContentError | None]:
    """Return the further pages in order; a page that leads back, or that adds nothing, is the end."""
    parts: list[Article] = []
    visited = {urls.key(address) for address in (page.url, page.final_url)}
    following = first.next_page
    while following and _goes_on(first, parts) and urls.key(following) not in visited:
        visited.add(urls.key(following))
        try:
            article = _part(visit, following)
        except (FetchError, ContentError) as error:
            return parts, error
        if urls.key(article.url) in visited - {urls.key(following)}:
            break
        visited.add(urls.key(article.url))
        if not visit.read(extract.adds, article, (first, *parts)):
            break
        parts.append(article)
        following = article.next_page
    return parts, None


def _goes_on(first: Article, parts: list[Article]) -> bool:
    chars = sum(len(article.body_html or "") for article in (first, *parts))
    return len(parts) < MAX_PAGES - 1 and chars < MAX_CHARS


def _part(visit: Visit, url: str) -> Article:
    if visit.is_over():
        raise FetchError(url, "deadline", "the poll's time was over before all pages of the article were read")
    return visit.read(extract.article, visit.get(url), None, visit.source)
