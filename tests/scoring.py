"""What a page gave and what was wanted in, figures from 0 to 1 out: 1 is right, a missing answer is a wrong one.

Every figure is better the higher it is, leaks and wrong dates included ("clean_...", "date_not_wrong"), so that one
rule pins them all. A figure is left out where nothing is known of it. Nothing here knows the program.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

SHINGLE = 4  # words
PASSAGE = 12  # characters from which a caption or a credit is long enough to be found by chance in no text
MARGIN = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1)}
_WORD = re.compile(r"\w+")
_QUOTES = dict.fromkeys(map(ord, "„“”«»″"), '"') | dict.fromkeys(map(ord, "‚‘’‛‹›′´`"), "'")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_NOTHING: dict[int, None] = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))
_FOLDED: dict[int, str | None] = {**_QUOTES, **_DASHES, **_NOTHING}

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An article's image and its three texts."""

    url: str | None = None
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page's article as the program read it; `refused` is the kind of error it gave instead."""

    title: str | None = None
    headline: str | None = None
    kicker: str | None = None
    teaser: str | None = None
    body: str | None = None
    tags: Mapping[str, int] | None = None  # how often each element stands in the body's HTML
    published: datetime | None = None
    precision: str | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    image: Picture = Picture()
    language: str | None = None
    access: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a listing, wanted or given."""

    url: str
    title: str | None = None
    headline: str | None = None
    kicker: str | None = None
    teaser: str | None = None
    published: datetime | date | None = None
    precision: str | None = None
    image: str | None = None
    authors: tuple[str, ...] = ()


# ---- texts ----------------------------------------------------------------------------------------------------------


def fold(said: str | None) -> str:
    """Return a text without what typesetting may change: quotes, dashes, spaces, soft hyphens, case."""
    plain = unicodedata.normalize("NFKC", (said or "").translate(_FOLDED)).replace("…", "...")
    return " ".join(plain.split()).casefold()


def same(wanted: str | None, given: str | None) -> float:
    """Return 1 for the same text; wanted None wants no text."""
    return float(fold(wanted) == fold(given))


def shingles(said: str | None) -> Counter[tuple[str, ...]]:
    """Return the runs of four words of a text and how often each stands there; a shorter text is one run."""
    words = _WORD.findall(fold(said))
    runs = range(max(1, len(words) - SHINGLE + 1)) if words else ()
    return Counter(tuple(words[start : start + SHINGLE]) for start in runs)


def overlap(wanted: str | None, given: str | None) -> tuple[float, float]:
    """Return precision and recall of a text by its shingles; no text at all has neither."""
    right, told = shingles(wanted), shingles(given)
    if not right and not told:
        return 1.0, 1.0
    hits = (right & told).total()
    return (hits / told.total() if told else 0.0), (hits / right.total() if right else 0.0)


def harmonic(precision: float, recall: float) -> float:
    """Return F1."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def sets(wanted: Iterable[str], given: Iterable[str]) -> float:
    """Return F1 of two sets of labels; nothing wanted and nothing given is right."""
    right, told = {fold(label) for label in wanted}, {fold(label) for label in given}
    if not right and not told:
        return 1.0
    return 2 * len(right & told) / (len(right) + len(told))


def without(passages: Iterable[str], body: str | None) -> float:
    """Return 1 if none of the passages stands in a text; a missing text is not clean."""
    told = fold(body)
    return float(bool(told) and not any(fold(passage) in told for passage in passages))


def _body(wanted: str, lead: str | None, given: str | None) -> Figures:
    """Compare a body; a lead may open it or stand apart, both are right."""
    pairs = [overlap(wanted, given)]
    if lead and fold(lead) not in fold(wanted):
        pairs.append(overlap(f"{lead}\n{wanted}", given))
    precision, recall = max(pairs, key=lambda pair: harmonic(*pair))
    return {"body_precision": precision, "body_recall": recall, "body_f1": harmonic(precision, recall)}


# ---- dates ----------------------------------------------------------------------------------------------------------


def is_day(wanted: datetime | date, given: datetime | None) -> bool:
    """Whether a date is on the wanted day, which an instant has in its own zone."""
    if given is None:
        return False
    if isinstance(wanted, datetime):
        return (given.astimezone(wanted.tzinfo) if wanted.tzinfo else given).date() == wanted.date()
    return given.date() == wanted


def is_instant(wanted: datetime, given: datetime | None, precision: str = "second") -> bool:
    """Whether a date is the wanted instant to the second or the minute; one without an offset is none."""
    if given is None or given.tzinfo is None:
        return False
    return abs(given.astimezone(UTC) - wanted.astimezone(UTC)) < MARGIN[precision]


def dated(wanted: datetime | date | None, precision: str | None, answer: Answer) -> Figures:
    """Compare when an article was published; no day wanted means that the page does not tell one.

    The minute is what a page prints; that the head tells the second as well is no fault.
    """
    given = answer.published
    right = given is None if wanted is None else is_day(wanted, given)
    figures = {"day": float(right), "date_not_wrong": float(given is None or right)}
    if precision is not None:
        sharper = precision == "minute" and answer.precision == "second"
        figures["date_precision"] = float(answer.precision == precision or sharper)
    if isinstance(wanted, datetime) and precision != "day":
        figures["instant"] = float(is_instant(wanted, given, precision or "second"))
    return figures


# ---- articles -------------------------------------------------------------------------------------------------------


def article(wanted: Mapping[str, object], answer: Answer) -> Figures:
    """Return the figures of one article page; `wanted` is what TOML gives, its keys are the article's attributes.

    `refused` wants an error of that kind and nothing else. `foreign` and `furniture` are passages of other articles
    and of the page that must not be in the body, `structure` how often an element stands in it.
    """
    if refused := wanted.get("refused"):
        return {"readable": float(answer.refused == refused)}
    image = _mapping(wanted.get("image"))
    return {
        "readable": float(answer.refused is None),
        **_body(_text(wanted, "body") or "", _text(wanted, "teaser"), answer.body),
        **{
            name: same(_text(wanted, name), getattr(answer, name)) for name in ("title", "headline", "kicker", "teaser")
        },
        **dated(_date(wanted.get("published")), _text(wanted, "precision"), answer),
        "updated": float(_instants(_date(wanted.get("updated")), answer.updated)),
        "authors": float(sets(_texts(wanted, "authors"), answer.authors) == 1),
        "topics": sets(_texts(wanted, "categories"), answer.topics),
        **_picture(image, answer.image),
        "language": same(_text(wanted, "language"), answer.language),
        "access": same(_text(wanted, "access"), answer.access),
        **_leaks(wanted, image, answer.body),
        **_structure(_mapping(wanted.get("structure")), answer.tags or {}),
    }


def _instants(wanted: datetime | date | None, given: datetime | None) -> bool:
    if wanted is None or given is None:
        return wanted is None and given is None
    return is_instant(wanted, given, "minute") if isinstance(wanted, datetime) else is_day(wanted, given)


def _picture(wanted: Mapping[str, object], given: Picture) -> Figures:
    names = ("url", "alt", "caption", "credit")
    return {f"image_{name}": same(_text(wanted, name), getattr(given, name)) for name in names}


def _leaks(wanted: Mapping[str, object], image: Mapping[str, object], body: str | None) -> Figures:
    """Look for what must not be in a body: others' text, captions, credits, furniture, the headline again."""
    lines = {fold(line) for line in (body or "").splitlines()}
    repeated = lines & {fold(_text(wanted, "headline")), fold(_text(wanted, "title"))}
    captions = [*_texts(wanted, "captions"), *filter(None, [_text(image, "caption")])]
    credits = [*_texts(wanted, "credits"), *filter(None, [_text(image, "credit")])]
    return {
        "clean_foreign": without(_texts(wanted, "foreign"), body),
        "clean_furniture": without(_texts(wanted, "furniture"), body),
        **apart("clean_captions", captions, _text(wanted, "body"), body),
        **apart("clean_credits", credits, _text(wanted, "body"), body),
        "clean_headline": float(bool(lines) and not repeated),
    }


def apart(name: str, passages: Sequence[str], wanted: str | None, body: str | None) -> Figures:
    """Look for passages that have no right to stand in a body; there is no figure where there are none to look for."""
    told = [passage for passage in passages if len(passage) >= PASSAGE and fold(passage) not in fold(wanted)]
    return {name: without(told, body)} if told else {}


def _structure(wanted: Mapping[str, object], given: Mapping[str, int]) -> Figures:
    right = [given.get(tag, 0) == count for tag, count in wanted.items()]
    return {"structure": sum(right) / len(right)} if right else {}


# ---- listings -------------------------------------------------------------------------------------------------------

_ITEM_TEXTS = ("title", "headline", "kicker", "teaser", "image")


def place(url: str) -> str:
    """Return what tells two addresses apart: host without www and path without its last slash."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return parts.netloc.lower().removeprefix("www.") + parts.path.rstrip("/") + query


def listing(wanted: Sequence[Item], given: Sequence[Item]) -> Figures:
    """Return the figures of one listing page: which items, in page order, and each item's fields."""
    told = {place(item.url): item for item in reversed(given)}
    right = [place(item.url) for item in wanted]
    hits = [url for url in map(place, (item.url for item in given)) if url in set(right)]
    fields = [_item(item, told.get(place(item.url))) for item in wanted]
    return {
        "lead_precision": len(set(hits)) / len(told) if told else 0.0,
        "lead_recall": len(set(hits)) / len(set(right)),
        "lead_order": float(list(dict.fromkeys(hits)) == [url for url in dict.fromkeys(right) if url in set(hits)]),
        **mean(fields),
    }


def _item(wanted: Item, given: Item | None) -> Figures:
    """Compare one item; one that is not given is wrong in every field, but tells no wrong date."""
    answer = Answer(published=_instant(given.published), precision=given.precision) if given else Answer()
    when = dated(wanted.published, wanted.precision, answer)
    if given is None:
        return {**{f"lead_{name}": 0.0 for name in (*_ITEM_TEXTS, "authors", *when)}, "lead_date_not_wrong": 1.0}
    return {
        **{f"lead_{name}": same(getattr(wanted, name), getattr(given, name)) for name in _ITEM_TEXTS},
        **{f"lead_{name}": value for name, value in when.items()},
        "lead_authors": float(sets(wanted.authors, given.authors) == 1),
    }


def related(wanted: Sequence[str], allowed: Sequence[str], given: Sequence[str]) -> Figures:
    """Return how well the related articles of an article page were found; `allowed` are articles that may be named."""
    told, right = {place(url) for url in given}, {place(url) for url in wanted}
    wrong = told - right - {place(url) for url in allowed}
    hits = len(told & right)
    return {"related_precision": hits / (hits + len(wrong)) if told else 0.0, "related_recall": hits / len(right)}


# ---- many pages -----------------------------------------------------------------------------------------------------


def mean(pages: Iterable[Figures]) -> Figures:
    """Return each figure's mean over the pages that have it."""
    all_of: dict[str, list[float]] = {}
    for figures in pages:
        for name, value in figures.items():
            all_of.setdefault(name, []).append(value)
    return {name: sum(values) / len(values) for name, values in all_of.items()}


def _text(wanted: Mapping[str, object], name: str) -> str | None:
    value = wanted.get(name)
    return value if isinstance(value, str) else None


def _texts(wanted: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = wanted.get(name)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _date(value: object) -> datetime | date | None:
    return value if isinstance(value, date) else None


def _instant(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None
