"""What reading an article costs: CPU of a page as a ratio to trafilatura's, in one run, page by page in turn.

    python bench/extraction.py [DIRECTORY] [PAGES]      (default: tests/pages, 200 pages at most)

Takes the *.html and *.html.gz below the directory; of more than PAGES a sample with a fixed seed. Every page is read by
both, one after the other, in ROUNDS rounds; its time is the median of its rounds, so that a busy moment hits both and
counts for neither. trafilatura (`pip install trafilatura`) is no dependency: without it only our own figures are given.
"""

from __future__ import annotations

import gc
import gzip
import importlib
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

import feedsvc

OWN_PAGES = Path(__file__).resolve().parents[1] / "tests" / "pages"
URL = "https://www.zeitung.example/politik/artikel-4711.html"
ROUNDS = 5
SEED = 4711

Reader = Callable[[bytes], object]


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else OWN_PAGES
    pages = sample(directory, int(sys.argv[2]) if len(sys.argv) > 2 else 200)
    readers = {"feedsvc": ours, "feedsvc, leads": our_leads, **peers()}
    for read in readers.values():
        read(pages[0])  # what the first use prepares is no page's cost
    times = measure(pages, readers)
    size = sum(map(len, pages)) / len(pages) / 1000
    click.echo(f"{len(pages)} pages of {size:.0f} kB on average, {ROUNDS} rounds, milliseconds of CPU a page\n")
    click.echo(f"{'':<24}{'mean':>9}{'median':>9}{'p95':>9}{'worst':>9}{'ratio of means':>17}{'of medians':>13}")
    reference = times.get("trafilatura")
    for name, taken in times.items():
        click.echo(f"{name:<24}{figures(taken)}{ratios(taken, reference)}")
    if reference is None:
        click.echo("\ntrafilatura is not installed: no ratio")


def sample(directory: Path, most: int) -> list[bytes]:
    """Return the pages below a directory, or as many of them as are asked for, always the same."""
    found = sorted(path for path in directory.rglob("*") if path.name.endswith((".html", ".html.gz", ".htm")))
    if not found:
        raise SystemExit(f"no *.html or *.html.gz below {directory}")
    chosen = found if len(found) <= most else random.Random(SEED).sample(found, most)
    return [gzip.decompress(body) if path.suffix == ".gz" else body for path in chosen for body in (path.read_bytes(),)]


def measure(pages: Sequence[bytes], readers: Mapping[str, Reader]) -> dict[str, list[float]]:
    """Return for each reader the milliseconds of every page, each the median of its rounds."""
    rounds: dict[str, list[list[float]]] = {name: [[] for _ in pages] for name in readers}
    gc.disable()
    for _ in range(ROUNDS):
        for number, page in enumerate(pages):
            for name, read in readers.items():
                begun = time.process_time()
                read(page)
                rounds[name][number].append((time.process_time() - begun) * 1000)
            gc.collect()  # between the pages: what one leaves behind is not the next one's cost
    gc.enable()
    return {name: [statistics.median(taken) for taken in per_page] for name, per_page in rounds.items()}


def figures(taken: Sequence[float]) -> str:
    ordered = sorted(taken)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    told = (statistics.fmean(taken), statistics.median(taken), p95, ordered[-1])
    return "".join(f"{value:>9.1f}" for value in told)


def ratios(taken: Sequence[float], reference: Sequence[float] | None) -> str:
    if reference is None:
        return ""
    mean = statistics.fmean(taken) / statistics.fmean(reference)
    each = statistics.median(own / other for own, other in zip(taken, reference, strict=True))
    return f"{mean:>17.2f}{each:>13.2f}"


def ours(page: bytes) -> object:
    return _answer(feedsvc.extract_article, page)


def our_leads(page: bytes) -> object:
    return _answer(feedsvc.find_leads, page)


def _answer(function: Callable[[bytes, str], object], page: bytes) -> object:
    try:
        return function(page, URL)
    except feedsvc.ContentError as error:
        return error


def peers() -> dict[str, Reader]:
    """Return trafilatura's reading with metadata, by its defaults, if it is installed."""
    try:
        trafilatura = importlib.import_module("trafilatura")
    except ModuleNotFoundError:
        return {}
    return {"trafilatura": lambda page: trafilatura.bare_extraction(page, url=URL, with_metadata=True)}


if __name__ == "__main__":
    main()
