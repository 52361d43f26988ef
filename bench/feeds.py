"""How long a feed of 50 full entries takes: read directly and by feedparser, interleaved, as medians and as a ratio.

    python bench/feeds.py [ENTRIES]        (default: 50)

Every entry has a body of 3 to 4 KB. CPU time on a warm process; both ways must tell the same, or the run ends.
"""

from __future__ import annotations

import io
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import click
import feedparser

from feedsvc.discover import feed, loosefeed, xmlfeed
from feedsvc.discover.items import Context
from feedsvc.model import Page, Source

ROUNDS = 41
URL = "https://www.example.org/feed/"

_SYLLABLES = "ver wal tung di gi tal stadt land kreis amt neu es be hör de bür ger in nen ge meinde ü ber recht".split()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    for name, write in (("RSS", rss), ("Atom", atom)):
        body = write(count)
        page = Page(url=URL, final_url=URL, body=body, charset="utf-8")
        context = Context(URL, Source(id="bench", url=URL), None)
        direct = xmlfeed.read(feed.plain_utf8(page), context)
        if direct != loosefeed.read(feed.decoded(page), context):
            sys.exit("both ways tell something else")
        times = measure(questions(page, context))
        click.echo(
            f"{name}, {count} entries, {len(body) / 1000:.0f} KB: milliseconds of CPU, median of {ROUNDS} rounds"
        )
        for question, taken in times.items():
            click.echo(f"  {question:<34}{taken:>9.2f}")
        click.echo(f"  by feedparser : directly          {times[LOOSE] / times[DIRECT]:>9.1f}")
        click.echo(f"  feedparser alone : directly       {times[PARSER] / times[DIRECT]:>9.1f}\n")


DIRECT, LOOSE, LEADS = "bytes to items, directly", "bytes to items, by feedparser", "items to leads, cleaned"
PARSER = "feedparser alone, as it comes"  # it sanitises and resolves links, which is done to leads here


def questions(page: Page, context: Context) -> Mapping[str, Callable[[], object]]:
    told = feed.told(page, context)
    return {
        DIRECT: lambda: xmlfeed.read(feed.plain_utf8(page), context),
        LOOSE: lambda: loosefeed.read(feed.decoded(page), context),
        PARSER: lambda: feedparser.parse(io.BytesIO(page.body)),
        LEADS: lambda: feed.listing(told, context),
    }


def measure(asked: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median milliseconds of each question, asked in turn so that a busy moment hits all."""
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, question in asked.items():
            begun = time.process_time()
            question()
            taken[name].append((time.process_time() - begun) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


# ---- feeds ----------------------------------------------------------------------------------------------------------


def rss(count: int) -> bytes:
    """Return a feed as WordPress writes it."""
    chance = random.Random(count)
    items = "".join(
        f"<item>\n\t<title>{words(chance, 8)} &#8211; neu</title>\n\t<link>https://www.example.org/2026/{n}/</link>\n"
        f"\t<dc:creator><![CDATA[Anna Muster]]></dc:creator>\n"
        f"\t<pubDate>{at(n):%a, %d %b %Y %H:%M:%S} +0000</pubDate>\n"
        f"\t<category><![CDATA[{words(chance, 1)}]]></category>\n"
        f"\t<category><![CDATA[{words(chance, 1)}]]></category>\n"
        f'\t<guid isPermaLink="false">https://www.example.org/?p={n}</guid>\n'
        f"\t<description><![CDATA[<p>{words(chance, 40)} [&#8230;]</p>]]></description>\n"
        f"\t<content:encoded><![CDATA[{article(chance)}]]></content:encoded>\n"
        f"\t<wfw:commentRss>https://www.example.org/2026/{n}/feed/</wfw:commentRss>\n"
        f"\t<slash:comments>{n}</slash:comments>\n</item>\n"
        for n in range(count)
    )
    spaces = "".join(f' xmlns:{name}="{uri}"' for name, uri in _SPACES.items())
    head = f"<title>Amt</title><link>{URL}</link><description>Neues</description><language>de</language>"
    whole = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"{spaces}><channel>{head}{items}</channel></rss>'
    return whole.encode()


def atom(count: int) -> bytes:
    """Return a feed as static site generators write it: the markup escaped, not in CDATA."""
    chance = random.Random(count)
    entries = "".join(
        f'<entry><title type="html">{words(chance, 8)}</title><link href="https://www.example.org/{n}/"/>'
        f"<id>https://www.example.org/{n}/</id><published>{at(n):%Y-%m-%dT%H:%M:%S}Z</published>"
        f"<updated>{at(n):%Y-%m-%dT%H:%M:%S}Z</updated><author><name>Anna Muster</name></author>"
        f'<category term="{words(chance, 1)}"/><summary>{words(chance, 40)}</summary>'
        f'<content type="html">{article(chance).replace("<", "&lt;").replace(">", "&gt;")}</content></entry>\n'
        for n in range(count)
    )
    head = f'<title>Amt</title><link href="{URL}"/><id>{URL}</id><updated>2026-01-01T00:00:00Z</updated>'
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">{head}{entries}</feed>'.encode()


_SPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
}


def at(number: int) -> datetime:
    return datetime(2026, 1, 31, 8, tzinfo=UTC) - timedelta(hours=7 * number)


def article(chance: random.Random) -> str:
    paragraphs = (f"<p>{words(chance, 60)} <a href='/z/{n}'>{words(chance, 2)}</a>.</p>\n" for n in range(7))
    return f'<figure><img src="/bild.jpg" alt="Ein Rathaus"></figure>{"".join(paragraphs)}'


def words(chance: random.Random, count: int) -> str:
    return " ".join("".join(chance.choices(_SYLLABLES, k=chance.randrange(1, 4))).capitalize() for _ in range(count))


if __name__ == "__main__":
    main()
