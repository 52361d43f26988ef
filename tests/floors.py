"""Pages with expected values in, their figures and the floors under them out.

The floors in floors.json are the figures once measured, rounded down. The fingerprint beside them covers the pages, the
expected values and the scorer: figures of another corpus are not compared. The seal covers floors.json itself, so
that no floor is lowered with an editor.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import scoring
from lxml import html as lxml_html
from scoring import Answer, Figures, Item, Picture

import feedsvc

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
FLOORS = HERE / "floors.json"
SHARED = HERE.parents[1] / "shared" / "data" / "extraction"
MEASURING = (HERE / "scoring.py", HERE / "floors.py")
_COUNTED = frozenset({"h2", "h3", "h4", "li", "blockquote", "table", "tr", "pre", "figure", "img"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figures of one group of pages: means, and each page's own."""

    means: Figures
    pages: Mapping[str, Figures] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A figure that fell under its floor, and the pages that lost."""

    group: str
    measure: str
    floor: float
    now: float
    pages: tuple[str, ...]

    def __str__(self) -> str:
        where = f"; lost on {', '.join(self.pages)}" if self.pages else ""
        return f"{self.group} {self.measure}: floor {self.floor:.3f}, now {self.now:.4f}{where}"


# ---- what the program gives -----------------------------------------------------------------------------------------


def read_article(body: bytes, url: str) -> Answer:
    """Return what the program reads of an article page."""
    try:
        found = feedsvc.extract_article(body, url)
    except feedsvc.ContentError as error:
        return Answer(refused=error.kind)
    shown = found.image
    return Answer(
        title=found.title,
        headline=found.headline,
        kicker=found.kicker,
        teaser=found.teaser,
        body=found.body_text,
        tags=_tags(found.body_html),
        published=found.published,
        precision=found.published_precision,
        updated=found.updated,
        authors=found.authors,
        topics=found.categories,
        image=Picture(url=shown.url, alt=shown.alt, caption=shown.caption, credit=shown.credit) if shown else Picture(),
        language=found.language,
        access=found.access,
    )


def _tags(markup: str | None) -> Mapping[str, int]:
    """Count the elements of a body that a reader sees as more than a paragraph."""
    counts: dict[str, int] = {}
    for element in lxml_html.fromstring(f"<div>{markup or ''}</div>").iter():
        if element.tag in _COUNTED:
            counts[element.tag] = counts.get(element.tag, 0) + 1
    return counts


def read_listing(body: bytes, url: str) -> tuple[Item, ...]:
    """Return the items the program finds on a page, in page order; none where it finds no list."""
    try:
        leads = feedsvc.find_leads(body, url)
    except feedsvc.ContentError:
        return ()
    return tuple(
        Item(
            url=lead.url,
            title=lead.title,
            headline=lead.headline,
            kicker=lead.kicker,
            teaser=lead.teaser,
            published=lead.published,
            precision=lead.published_precision,
            image=lead.image.url if lead.image else None,
            authors=lead.authors,
        )
        for lead in leads
    )


# ---- our own pages --------------------------------------------------------------------------------------------------


def own_pages(kind: str) -> tuple[Path, ...]:
    """Return the pages of the corpus: "articles" or "listings"."""
    return tuple(sorted((CORPUS / kind).glob("*.html")))


def wanted(page: Path) -> dict[str, Any]:
    """Return the expected values beside a page."""
    return tomllib.loads(page.with_suffix(".toml").read_text(encoding="utf-8"))


def own_article(page: Path) -> Figures:
    """Return the figures of one article page, and of the related articles it names."""
    expected, body = wanted(page), page.read_bytes()
    figures = scoring.article(expected, read_article(body, expected["url"]))
    if not expected.get("related"):
        return figures
    given = [item.url for item in read_listing(body, expected["url"])]
    return {**figures, **scoring.related(expected["related"], expected.get("other_articles", ()), given)}


def own_listing(page: Path) -> Figures:
    """Return the figures of one listing page."""
    expected = wanted(page)
    items = [_item(entry) for entry in expected["leads"]]
    return scoring.listing(items, read_listing(page.read_bytes(), expected["url"]))


def _item(entry: Mapping[str, Any]) -> Item:
    return Item(**{**entry, "authors": tuple(entry.get("authors", ()))})


def own() -> Mapping[str, Measured]:
    """Measure the corpus that stands beside the tests."""
    return {
        "articles": group((page.stem, own_article(page)) for page in own_pages("articles")),
        "listings": group((page.stem, own_listing(page)) for page in own_pages("listings")),
    }


# ---- public pages, where they are -----------------------------------------------------------------------------------


def public() -> Mapping[str, Measured]:
    """Measure the public pages by their source, German ones and others apart."""
    rows: dict[str, list[tuple[str, Figures]]] = {}
    for row in _rows():
        body = gzip.decompress((SHARED / row["file"]).read_bytes())
        if row.get("kind", "article") == "listing":
            rows.setdefault(f"{row['source']} listings", []).append((row["id"], _public_listing(row, body)))
        else:
            language = "de" if row.get("lang") == "de" else "other"
            rows.setdefault(f"{row['source']} {language}", []).append((row["id"], _public_article(row, body)))
    return {name: group(rows[name]) for name in sorted(rows)}


def _rows() -> Iterator[dict[str, Any]]:
    with (SHARED / "expected.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _public_article(row: Mapping[str, Any], body: bytes) -> Figures:
    """Compare the attributes that are known of a public page; its title may be told with the kicker or without."""
    answer = read_article(body, row.get("url") or "")
    lead = " ".join(row.get("summary") or ())
    figures: dict[str, float] = {}
    if row.get("body"):
        text = scoring.article({"body": row["body"], "teaser": lead}, answer)
        figures.update({name: text[name] for name in ("body_precision", "body_recall", "body_f1")})
    if row.get("title"):
        figures["title"] = max(scoring.same(row["title"], answer.title), scoring.same(row["title"], answer.headline))
    if lead:
        figures["teaser"] = scoring.same(lead, answer.teaser)
    if row.get("date"):
        figures.update(_public_date(row, answer))
    if row.get("authors"):
        figures["authors"] = float(scoring.sets(row["authors"], answer.authors) == 1)
    if topics := [*(row.get("tags") or ()), *(row.get("categories") or ())]:
        figures["topics"] = scoring.sets(topics, answer.topics)
    for name in ("captions", "credits"):
        figures.update(scoring.apart(f"clean_{name}", row.get(name) or (), row.get("body"), answer.body))
    figures.update(_passages(row, answer.body))
    return figures


def _passages(row: Mapping[str, Any], body: str | None) -> Figures:
    """Return the share of passages that are in a body as they should, and of those that are kept out."""
    told = scoring.fold(body)
    kept = [scoring.fold(passage) in told for passage in row.get("must", ())]
    out = [bool(told) and scoring.fold(passage) not in told for passage in row.get("must_not", ())]
    shares = {"passages_kept": kept, "passages_out": out}
    return {name: sum(found) / len(found) for name, found in shares.items() if found}


def _public_date(row: Mapping[str, Any], answer: Answer) -> Figures:
    precision = row.get("date_precision", "day")
    told = datetime.fromisoformat(row["date"])
    whole = precision == "instant"
    figures = scoring.dated(told if whole else told.date(), "second" if whole else "day", answer)
    return {name: value for name, value in figures.items() if name != "date_precision"}


def _public_listing(row: Mapping[str, Any], body: bytes) -> Figures:
    """Compare the links that are known to be articles; unless the list is complete, others only if known as none."""
    told = {scoring.place(item.url) for item in read_listing(body, row["url"])}
    right, wrong = (set(map(scoring.place, row[name])) for name in ("positives", "negatives"))
    misses = len(told - right if row.get("complete") else (told & wrong) - right)
    hits = len(told & right)
    return {"lead_recall": hits / len(right), "lead_precision": hits / (hits + misses) if hits else 0.0}


# ---- floors ---------------------------------------------------------------------------------------------------------


def group(rows: Iterable[tuple[str, Figures]]) -> Measured:
    """Return the figures of pages that are told together."""
    pages = dict(rows)
    return Measured(means=scoring.mean(pages.values()), pages=pages)


def fingerprint(files: Iterable[Path]) -> str:
    """Return a hash over files, their names included."""
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.name}\n{path.stat().st_size}\n".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def own_fingerprint() -> str:
    """Return the hash over our pages, their expected values and the measuring code."""
    return fingerprint([*MEASURING, *sorted(CORPUS.glob("*/*.*"))])


def public_fingerprint() -> str:
    """Return the hash over what is expected of the public pages and the measuring code."""
    return fingerprint([*MEASURING, SHARED / "expected.jsonl"])


def down(figure: float) -> float:
    """Return a figure rounded down to three digits, so that it stands above its own floor."""
    return math.floor(figure * 1000 + 1e-9) / 1000


def pin(
    groups: Mapping[str, Measured], print_: str, below: float = 1.0, kept: Mapping[str, Figures] | None = None
) -> dict[str, Any]:
    """Return what floors.json keeps of measured groups: the floors, and the pages whose figure is below a bound.

    `kept` are floors that stay where they are higher, so that many small losses within a tolerance do not add up.
    """
    return {
        "fingerprint": print_,
        "below": below,
        "floors": {
            group: {
                name: max(down(value), (kept or {}).get(group, {}).get(name, 0.0))
                for name, value in sorted(measured.means.items())
            }
            for group, measured in groups.items()
        },
        "short": {group: _short(measured, below) for group, measured in groups.items()},
    }


def _short(measured: Measured, below: float) -> dict[str, dict[str, float]]:
    """Return by measure the pages that are short of the bound: the list of what is left to mend."""
    found: dict[str, dict[str, float]] = {}
    for page, figures in sorted(measured.pages.items()):
        for name, value in sorted(figures.items()):
            if down(value) < below:
                found.setdefault(name, {})[page] = down(value)
    return dict(sorted(found.items()))


def losses(pinned: Mapping[str, Any], groups: Mapping[str, Measured], tolerance: float = 0.0) -> list[Loss]:
    """Return every figure that is under its floor by more than the tolerance; one no longer measured is 0."""
    found = []
    for place, floors in pinned["floors"].items():
        measured = groups.get(place, Measured(means={}, pages={}))
        short = pinned["short"].get(place, {})
        for name, floor in floors.items():
            now = measured.means.get(name, 0.0)
            if now < floor - tolerance:
                pages = _lost(short.get(name, {}), pinned["below"], name, measured)
                found.append(Loss(group=place, measure=name, floor=floor, now=now, pages=pages))
    return found


def _lost(short: Mapping[str, float], below: float, name: str, measured: Measured) -> tuple[str, ...]:
    """Return the pages whose figure is lower than when the floor was measured, the worst first."""
    fell = {page: figures[name] - short.get(page, below) for page, figures in measured.pages.items() if name in figures}
    return tuple(sorted((page for page, by in fell.items() if by < 0), key=lambda page: fell[page]))


def lowered(part: str, lost: Iterable[Loss], reason: str) -> list[dict[str, Any]]:
    """Return what floors.json keeps of floors that sink."""
    return [
        {"where": f"{part} {loss.group} {loss.measure}", "from": loss.floor, "to": down(loss.now), "reason": reason}
        for loss in lost
    ]


def load() -> dict[str, Any]:
    """Return floors.json; nothing pinned where there is none."""
    if not FLOORS.exists():
        return {}
    told: dict[str, Any] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return told


def save(part: str, pinned: Mapping[str, Any], sunk: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write one part of floors.json, with the reasons of those floors that are lower than before."""
    told = load()
    told[part] = pinned
    told["lowered"] = [*told.get("lowered", ()), *sunk]
    told["seal"] = seal(told)
    written = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    FLOORS.write_text(_compact(written) + "\n", encoding="utf-8")


def seal(told: Mapping[str, Any]) -> str:
    """Return the hash over everything in floors.json but the seal."""
    kept = {key: value for key, value in told.items() if key != "seal"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def _compact(written: str) -> str:
    """Put each list of short pages on one line, so that a difference shows a measure a line."""
    return re.sub(r'\{\s+("[^{}"]+": [\d.]+(?:,\s+"[^{}"]+": [\d.]+)*)\s+\}', _one_line, written)


def _one_line(found: re.Match[str]) -> str:
    parts = re.split(r",\s+", found[1])
    return "{" + ", ".join(parts) + "}"
