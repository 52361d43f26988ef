"""What stands behind an address: the feed that gives a page's articles is used, and what is none is told apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar

import pytest

from feedsvc import poll as polls
from feedsvc.discover import offers
from feedsvc.errors import ContentError, FetchError
from feedsvc.model import ErrorKind, ListRules, Outcome, Page, PollTask, Request, Source, SourceState, Way
from feedsvc.poll.survey import Survey, is_wanted, survey
from feedsvc.poll.visit import Visit

P = ParamSpec("P")
T = TypeVar("T")

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
SITE = "https://amtsblatt.example"
NUMBERS = range(1, 9)


def headline(number: int) -> str:
    return f"Kabinett beschließt Vorhaben Nummer {number} für die Verwaltung"


def listing(numbers: range = NUMBERS, *, head: str = "", foot: str = "", dated: bool = True) -> str:
    cards = "".join(
        f"<article><h2><a href='/meldung/{n}'>{headline(n)}</a></h2>"
        + (f"<time datetime='2026-03-{n + 5:02d}'>{n + 5}. März 2026</time>" if dated else "")
        + f"<p>Die Landesregierung hat das Vorhaben {n} auf den Weg gebracht, teilte sie am Montag mit.</p></article>"
        for n in reversed(numbers)
    )
    return (
        f"<!doctype html><html lang=de><head><title>Amtsblatt</title>{head}</head><body><nav><a href=/>Start</a> "
        f"<a href=/kontakt>Kontakt</a></nav><main>{cards}</main>{foot}</body></html>"
    )


def rss(numbers: range = NUMBERS, *, day: str = "{n:02d} Mar 2026", path: str = "/meldung/{n}", more: str = "") -> str:
    items = "".join(
        f"<item><title>{headline(n)}</title><link>{SITE if path.startswith('/') else ''}{path.format(n=n)}</link>"
        f"<guid>{n}</guid><pubDate>{day.format(n=n + 5)} 08:00:00 +0100</pubDate>{more}</item>"
        for n in reversed(numbers)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Amtsblatt</title>{items}</channel></rss>'


@dataclass
class Web:
    """Pages by path; everything else is a 404."""

    pages: dict[str, str]
    links: tuple[str, ...] = ()
    refused: dict[str, ErrorKind] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, request: Request) -> Page:
        path = request.url.removeprefix(SITE)
        self.asked.append(path)
        if path in self.refused:
            raise FetchError(request.url, self.refused[path], "robots.txt does not let us read this")
        if path not in self.pages:
            raise FetchError(request.url, "not_found", "there is no such page (404)", status=404, permanent=True)
        body = self.pages[path].encode()
        return Page(url=request.url, final_url=request.url, body=body, fetched_at=NOW, feeds=self.links)

    def read(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    def survey(self, path: str = "/", *, thorough: bool = False) -> Survey:
        source = Source(id="amt", url=SITE + path)
        visit = Visit(source=source, fetch=self.fetch, read=self.read, now=lambda: NOW, started_at=NOW)
        return survey(visit, visit.get(source.url), thorough=thorough)

    def poll(self, state: SourceState = SourceState(), **given: object) -> Outcome:  # noqa: B008  # frozen
        source = Source(id="amt", url=f"{SITE}/", articles="never", **given)  # type: ignore[arg-type]
        return polls.poll(PollTask(source=source, lease="1", state=state), self.fetch, self.read, lambda: NOW)


LINKED = '<link rel="alternate" type="application/rss+xml" title="Amtsblatt" href="/feed.rss">'


# ---- what is found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "links", "by"),
    [
        ({"/": listing(head=LINKED), "/feed.rss": rss()}, (), "link element"),
        ({"/": listing(), "/feed.rss": rss()}, ("/feed.rss",), "Link header"),
        ({"/": listing(foot="<a href=/feed.rss>RSS-Feed</a>"), "/feed.rss": rss()}, (), "link on the page"),
        (
            {
                "/": listing(foot="<a href=/service/rss>Unsere Newsfeeds</a>"),
                "/service/rss": "<!doctype html><h1>Feeds</h1><a href=/feed.rss>Meldungen als RSS</a>",
                "/feed.rss": rss(),
            },
            (),
            f"page of feeds {SITE}/service/rss",
        ),
        ({"/": listing(dated=False), "/feed": rss()}, (), "usual address"),
    ],
    ids=["link element", "header", "link", "page of feeds", "usual address"],
)
def test_the_feed_of_a_page_is_found_and_used(pages: dict[str, str], links: tuple[str, ...], by: str) -> None:
    found = Web(pages, links).survey()
    assert (found.chosen.by, found.chosen.kind, len(found.listing.leads)) == (by, "feed", 8)
    assert "8 of the page's 8 among them" in found.chosen.reason


def test_a_page_that_reads_well_is_not_probed_for_what_it_does_not_tell() -> None:
    web = Web({"/": listing()})
    assert web.survey().chosen.by == "the address itself"
    assert web.asked == ["/"]


def test_on_demand_every_option_is_told() -> None:
    found = Web({"/": listing(head=LINKED), "/feed.rss": rss(), "/rss.xml": rss()}).survey(thorough=True)
    assert [(each.url.removeprefix(SITE), each.good) for each in found.options if each.good] == [
        ("/", True), ("/feed.rss", True), ("/rss.xml", True),
    ]  # fmt: skip
    assert all(each.reason for each in found.options)


def test_a_wordpress_site_without_feeds_is_read_through_its_rest_interface() -> None:
    head = f'<link rel="https://api.w.org/" href="{SITE}/wp-json/">'
    posts = [
        {
            "id": n, "link": f"{SITE}/meldung/{n}", "date_gmt": f"2026-03-{n + 5:02d}T08:00:00",
            "title": {"rendered": headline(n)}, "excerpt": {"rendered": "<p>Die Landesregierung handelt.</p>"},
        }
        for n in reversed(NUMBERS)
    ]  # fmt: skip
    address = "/wp-json/wp/v2/posts?per_page=50&_embed=author,wp:term,wp:featuredmedia"
    found = Web({"/": listing(head=head), address: json.dumps(posts)}).survey()
    assert (found.chosen.by, found.chosen.kind, len(found.listing.leads)) == ("WordPress REST", "json", 8)
    assert found.listing.leads[0].title == headline(8)
    assert found.listing.leads[0].published == datetime(2026, 3, 13, 8, tzinfo=UTC)


def test_a_feed_that_robots_txt_closes_is_not_read_and_the_reason_is_told() -> None:
    web = Web({"/": listing(head=LINKED)}, refused={"/feed.rss": "robots"})
    found = web.survey()
    assert found.chosen.by == "the address itself"
    assert "robots.txt" in next(each.reason for each in found.options if not each.good)


def test_a_news_sitemap_is_used_where_nothing_else_is() -> None:
    stories = "".join(
        f"<url><loc>{SITE}/meldung/{n}</loc><n:news><n:publication_date>2026-03-1{n}</n:publication_date>"
        f"<n:title>{headline(n)}</n:title></n:news></url>"
        for n in range(5)
    )
    news = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{stories}</urlset>'
    )
    shell = "<!doctype html><title>Amtsblatt</title><div id=app></div>"
    web = Web({"/": shell, "/robots.txt": f"User-agent: *\nSitemap: {SITE}/sm-news.xml\n", "/sm-news.xml": news})
    found = web.survey()
    assert (found.chosen.by, found.chosen.kind, len(found.listing.leads)) == ("robots.txt", "sitemap", 5)


def test_where_nothing_is_to_be_had_the_pages_own_error_is_told() -> None:
    web = Web({"/": "<!doctype html><title>Amtsblatt</title><p>Wir bauen um.</p>"})
    with pytest.raises(ContentError) as told:
        web.survey()
    assert told.value.kind == "no_items"
    assert len(web.asked) <= 15


# ---- what is no good -------------------------------------------------------------------------------------------------

AUDIO = '<enclosure url="https://amtsblatt.example/a.mp3" type="audio/mpeg" length="1"/>'


@pytest.mark.parametrize(
    ("feed", "head", "reason"),
    [
        (rss(day="{n:02d} Mar 2019"), LINKED, "dead: its newest entry is of 2019-03-13"),
        (rss(more=AUDIO), LINKED, "a podcast"),
        (rss(path="/meldung/{n}#comment-1"), LINKED, "comments"),
        (rss(path="https://anders.example.net/{n}"), LINKED, "leads to another site (anders.example.net)"),
        (rss(day="{n:02d} Mar 2027"), LINKED, "events"),
        (rss(), LINKED.replace("Amtsblatt", "Veranstaltungen"), "events"),
        (rss(), LINKED.replace("Amtsblatt", "Stellenangebote"), "jobs"),
        (rss(), LINKED.replace("Amtsblatt", "Ausschreibungen"), "tenders"),
        (rss(range(40, 48)), LINKED, "gives other articles than the page (0 of 8)"),
        (rss(range(0)), LINKED, "empty"),
        ("<!doctype html><title>Weg</title><p>Diese Seite gibt es nicht mehr.</p>", LINKED, "nothing that looks like"),
    ],
    ids=lambda given: given[:30] if isinstance(given, str) and not given.startswith("<") else "",
)
def test_what_is_no_feed_of_the_pages_articles_is_told_apart(feed: str, head: str, reason: str) -> None:
    found = Web({"/": listing(head=head), "/feed.rss": feed}).survey()
    assert found.chosen.by == "the address itself"
    (refused,) = [each for each in found.options if not each.good]
    assert refused.reason.startswith(reason)


def test_a_feed_of_the_whole_site_is_not_taken_for_that_of_a_section() -> None:
    web = Web({"/politik/": listing(range(1, 6), head=LINKED), "/feed.rss": rss(range(4, 20))})
    found = web.survey("/politik/")
    assert found.chosen.by == "the address itself"
    (refused,) = [each for each in found.options if not each.good]
    assert refused.reason.startswith("gives the whole site, the page a part of it")
    front = Web({"/": listing(range(1, 6), head=LINKED), "/feed.rss": rss(range(4, 20))}).survey()
    assert front.chosen.by == "link element"


def test_feeds_of_comments_are_not_even_asked() -> None:
    linked = LINKED.replace("feed.rss", "comments/feed/") + LINKED.replace("Amtsblatt", "Amtsblatt » Kommentar-Feed")
    assert offers.on_page(Page(url=SITE, final_url=SITE, body=listing(head=linked).encode())) == ()


# ---- what a poll makes of it -----------------------------------------------------------------------------------------


def test_a_poll_looks_once_and_asks_the_feed_from_then_on() -> None:
    web = Web({"/": listing(head=LINKED), "/feed.rss": rss()})
    first = web.poll()
    assert (first.status, len(first.changes)) == ("ok", 8)
    assert first.state.way == Way(url=f"{SITE}/feed.rss", why="link element: 8 articles, 8 of the page's 8 among them")
    web.asked.clear()
    web.poll(first.state)
    assert web.asked == ["/feed.rss"]


def test_a_feed_that_is_gone_sends_the_poll_back_to_the_page() -> None:
    web = Web({"/": listing()})
    state = SourceState(way=Way(url=f"{SITE}/old.rss", why="link element"), last_success_at=NOW - timedelta(days=1))
    again = web.poll(state)
    assert (again.status, len(again.changes), again.state.way and again.state.way.url) == ("ok", 8, f"{SITE}/")
    assert web.asked == ["/old.rss", "/"]


def test_a_feed_that_became_a_page_sends_the_poll_back_too() -> None:
    web = Web({"/": listing(), "/old.rss": "<!doctype html><title>Umzug</title><p>Unser Feed ist umgezogen.</p>"})
    again = web.poll(SourceState(way=Way(url=f"{SITE}/old.rss", why="link element")))
    assert (again.status, len(again.changes)) == ("ok", 8)


def test_a_rule_or_a_kind_of_the_operators_is_not_second_guessed() -> None:
    assert is_wanted(Source(id="a", url=SITE))
    assert not is_wanted(Source(id="a", url=SITE, kind="html"))
    assert not is_wanted(Source(id="a", url=SITE, list_rules=ListRules(item=("article",))))
    web = Web({"/": listing(head=LINKED), "/feed.rss": rss()})
    assert web.poll(kind="html").state.way is None
    assert web.asked == ["/"]
