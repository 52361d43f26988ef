"""What reading a listing page costs: CPU of a page, as a ratio to parsing it with lxml and asking for its links.

    python bench/listings.py [DIRECTORY]      (default: tests/listings and tests/corpus/listings)

Takes the *.html and *.html.gz below the directory. Every page is read by all, one after the other, in ROUNDS rounds;
its time is the median of its rounds, so that a busy moment hits all and counts for none. courlan (`pip install
courlan`), which trafilatura uses to find the links of a page, is no dependency: without it its row is missing.
"""

from __future__ import annotations

import gzip
import importlib
import statistics
import sys
from pathlib import Path

import click
import lxml.html
from extraction import ROUNDS, Reader, measure

import feedsvc

TESTS = Path(__file__).resolve().parents[1] / "tests"
URL = "https://www.zeitung.example/politik/"


def main() -> None:
    directories = [Path(sys.argv[1])] if len(sys.argv) > 1 else [TESTS / "listings", TESTS / "corpus" / "listings"]
    pages = [page for directory in directories for page in read_pages(directory)]
    readers: dict[str, Reader] = {"lxml: parse, links": links_by_lxml, "feedsvc: leads": ours, **peers()}
    for read in readers.values():
        read(pages[0])  # what the first use prepares is no page's cost
    times = measure(pages, readers)
    size = sum(map(len, pages)) / len(pages) / 1000
    click.echo(f"{len(pages)} pages of {size:.0f} kB on average, {ROUNDS} rounds, milliseconds of CPU a page\n")
    click.echo(f"{'':<24}{'mean':>9}{'median':>9}{'worst':>9}{'ratio of means':>17}")
    reference = statistics.mean(times["lxml: parse, links"])
    for name, taken in times.items():
        mean, median, worst = statistics.mean(taken), statistics.median(taken), max(taken)
        click.echo(f"{name:<24}{mean:>9.1f}{median:>9.1f}{worst:>9.1f}{mean / reference:>17.2f}")


def read_pages(directory: Path) -> list[bytes]:
    """Return the pages below a directory."""
    found = sorted(path for path in directory.rglob("*") if path.name.endswith((".html", ".html.gz")))
    if not found:
        raise SystemExit(f"no *.html or *.html.gz below {directory}")
    return [gzip.decompress(body) if path.suffix == ".gz" else body for path in found for body in (path.read_bytes(),)]


def ours(page: bytes) -> object:
    return feedsvc.find_leads(page, URL)


def links_by_lxml(page: bytes) -> object:
    root = lxml.html.document_fromstring(page)
    root.make_links_absolute(URL)
    return [(link.get("href"), link.text_content()) for link in root.iter("a")]


def peers() -> dict[str, Reader]:
    """Return who else finds the links of a page, as far as it is installed."""
    try:
        courlan = importlib.import_module("courlan")
    except ImportError:
        return {}
    return {"courlan: links": lambda page: courlan.extract_links(page.decode("utf-8", "replace"), URL)}


if __name__ == "__main__":
    main()
