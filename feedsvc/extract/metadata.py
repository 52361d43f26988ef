"""A page's tree in, what its head says about the article out: JSON-LD, OpenGraph, Dublin Core and other meta names.

Values are what the page claims, several candidates each, best first; whether they hold is judged by who reads them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from feedsvc import text
from feedsvc.extract import jsonld
from feedsvc.extract.candidate import Candidate, Claim
from feedsvc.html import Tree

_PUBLISHED = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time",
    "datepublished", "date.published", "publish-date", "publish_date", "publishdate", "published_time_telegram",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "citation_publication_date", "citation_date",
    "originalpublicationdate", "pubdate", "publication_date", "last-published", "date", "article.published",
    "rnews:datepublished", "datecreated", "vr:published_time", "bt:pubdate", "article:published:time", "published_time",
    "published_at", "published", "publisheddate", "pub_date", "og:pubdate", "og:publish_date", "og:datepublished",
    "content:publishdate", "vr:published-time", "cxenseparse:publishtime", "prism.publicationdate", "publicationdate",
    "http://ogp.me/ns/article#published_time", "shareaholic:article_published_time", "date:published_time",
    "release_date", "og:release_date", "dcterms:created", "dc:date.created", "dc:date", "article:created",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "article:modified", "datemodified", "last-modified", "dcterms.modified",
    "dc.date.modified", "lastmod", "article:updated_time", "article:modified:time", "og:article:modified_time",
    "article.updated", "article.modified", "updated", "updated-date", "last_updated_date", "dateupdate",
    "dc:date.modified", "http://ogp.me/ns/article#modified_time", "shareaholic:article_modified_time",
    "cxenseparse:recs:modifiedtime",
)  # fmt: skip
_AUTHORS = (
    "author", "article:author_name", "article:author", "dc.creator", "dcterms.creator", "parsely-author",
    "sailthru.author", "byl", "citation_author", "twitter:data1_author", "og:article:author", "creator", "authors",
)  # fmt: skip
_TITLES = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "title",
    "headline",
    "parsely-title",
    "citation_title",
)
_TEASERS = ("og:description", "description", "twitter:description", "dc.description", "dcterms.description", "abstract")
_KEYWORDS = (
    "article:tag",
    "news_keywords",
    "keywords",
    "og:article:tag",
    "parsely-tags",
    "sailthru.tags",
    "dc.subject",
)
_SECTIONS = ("article:section", "og:article:section", "parsely-section", "section", "cxenseparse:recs:category")
_IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "parsely-image-url")


_SEPARATORS = re.compile(r"[\s.:_-]+")
MAX_VALUES = 50  # of one meta name
MAX_CHARS = 5000  # of one value


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the head claims; tuples of claims hold candidates, best first, as written."""

    url: str
    article: bool
    titles: tuple[Claim, ...]
    page_title: str | None
    site_names: tuple[str, ...]
    descriptions: tuple[Claim, ...]
    published: tuple[Claim, ...]
    modified: tuple[Claim, ...]
    authors: tuple[Claim, ...]
    organisations: tuple[Claim, ...]
    sections: tuple[Claim, ...]
    keywords: tuple[Claim, ...]
    language: str | None
    canonical: str | None
    image: str | None
    image_alt: str | None
    body: str | None
    said: jsonld.Statement
    access_tier: str | None


def read(tree: Tree) -> Metadata:
    """Return what the page's head and its JSON-LD say."""
    meta = _meta(tree)
    page_title = _page_title(tree)
    og_title = _first(meta, _TITLES[:1])
    said = jsonld.read(tree.root, tree.url, og_title or page_title)
    told = said if said.article else jsonld.Statement()
    sites = (*_all(meta, ("og:site_name", "application-name", "twitter:site")), *_said("publisher", said.publisher))
    return Metadata(
        url=tree.url,
        article=said.article or _first(meta, ("og:type",)) == "article",
        titles=_once(*_said("headline", told.headline), *_all(meta, _TITLES)),
        page_title=page_title,
        site_names=tuple(site.value for site in _once(*sites)),
        descriptions=_once(*_said("description", told.description), *_all(meta, _TEASERS)),
        published=_once(
            *_said("datePublished", *told.published),
            *_all(meta, _PUBLISHED),
            *_said("datePublished", *said.published),
        ),
        modified=_once(*_said("dateModified", *said.modified), *_all(meta, _MODIFIED)),
        authors=_once(*_said("author", *said.authors)) or _authors(meta),
        organisations=_said("author", *said.organisations),
        sections=_once(*_all(meta, _SECTIONS), *_said("articleSection", *said.sections)),
        keywords=_keywords(meta, said),
        language=_language(tree, meta, said),
        canonical=_canonical(tree, meta),
        image=tree.absolute(_first(meta, _IMAGES) or said.image),
        image_alt=_first(meta, ("og:image:alt", "twitter:image:alt")),
        body=said.body,
        said=said,
        access_tier=_first(meta, ("article:content_tier", "content_tier", "lp:paywall")),
    )


def _meta(tree: Tree) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for element in tree.root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        key = _squeezed(name.lower())
        if not key or len(found.get(key, ())) >= MAX_VALUES:
            continue
        if value := text.tidy(_decoded((element.get("content") or "")[:MAX_CHARS])):
            found[key] = (*found.get(key, ()), value)
    return found


@lru_cache(maxsize=1_000)
def _squeezed(name: str) -> str:
    """Return a name without separators, with which each system writes it its own way ("publish-date")."""
    return _SEPARATORS.sub("", name)


def _decoded(value: str) -> str:
    """Return a value that was escaped twice as it was meant."""
    return html.unescape(value) if "&" in value else value


def _all(meta: Mapping[str, tuple[str, ...]], names: tuple[str, ...]) -> list[Claim]:
    return [Candidate(value=value, rule=f"meta {name}") for name in names for value in meta.get(_squeezed(name), ())]


def _said(name: str, *values: str | None) -> tuple[Claim, ...]:
    return tuple(Candidate(value=value, rule=f"JSON-LD {name}") for value in values if value)


def _first(meta: Mapping[str, tuple[str, ...]], names: tuple[str, ...]) -> str | None:
    return next((value for name in names for value in meta.get(_squeezed(name), ())), None)


def _once(*claims: Claim) -> tuple[Claim, ...]:
    """Return each value once, as claimed by the first who claims it."""
    unique: dict[str, Claim] = {}
    for claim in claims:
        unique.setdefault(claim.value, claim)
    return tuple(unique.values())


def _page_title(tree: Tree) -> str | None:
    element = tree.root.find(".//head/title")
    if element is None:
        element = next(tree.root.iter("title"), None)
    return text.tidy(_decoded(element.text_content()[:MAX_CHARS])) if element is not None else None


def _authors(meta: Mapping[str, tuple[str, ...]]) -> tuple[Claim, ...]:
    """Return the first meta name that holds names, not addresses of profiles."""
    for name in _AUTHORS:
        claims = [claim for claim in _all(meta, (name,)) if "://" not in claim.value and "@" not in claim.value]
        if claims:
            return _once(*claims)
    return ()


def _keywords(meta: Mapping[str, tuple[str, ...]], said: jsonld.Statement) -> tuple[Claim, ...]:
    """Return the keywords of the place that names most: JSON-LD, article:tag, news_keywords, keywords."""
    lists = [_said("keywords", *said.keywords), *(_split(_all(meta, (name,))) for name in _KEYWORDS)]
    return max(lists, key=len)


def _split(claims: list[Claim]) -> tuple[Claim, ...]:
    """Part one value at its commas; several values are labels as they stand."""
    if len(claims) == 1:
        parts = re.split(r"\s*[,;|]\s*", claims[0].value)
        claims = [Candidate(value=tidy, rule=claims[0].rule) for part in parts if (tidy := text.tidy(part))]
    return _once(*claims)


def _language(tree: Tree, meta: Mapping[str, tuple[str, ...]], said: jsonld.Statement) -> str | None:
    marked = tree.root.get("lang") or tree.root.get("{http://www.w3.org/XML/1998/namespace}lang")
    return marked or said.language or _first(meta, ("og:locale", "content-language", "dc.language", "language"))


def _canonical(tree: Tree, meta: Mapping[str, tuple[str, ...]]) -> str | None:
    for link in tree.root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical":
            return tree.absolute(link.get("href"))
    return tree.absolute(_first(meta, ("og:url",)))
