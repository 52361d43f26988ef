"""The sample portal: every page is served, every trap is there, and time does what the demo promises."""

from __future__ import annotations

import re
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse

import pytest

from feedsvc import demo
from feedsvc.demo import content, markup, pages, pictures, portal, server, traps

TODAY = date(2025, 3, 26)
BASE = "http://127.0.0.1:1"
NEVER = float("inf")


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def made(*, interval: float = 4.0, today: date = TODAY) -> tuple[portal.Portal, Clock]:
    clock = Clock()
    return portal.Portal(today, interval=interval, clock=clock), clock


def text(shown: portal.Portal, path: str) -> str:
    return shown.answer(path, BASE).body.decode()


def front_titles(shown: portal.Portal, page: int = 1) -> list[str]:
    return re.findall(r'<h3><a href="[^"]*">([^<]+)</a></h3>', text(shown, f"/?pg={page}"))


def role(shown: portal.Portal, name: content.Role) -> content.Article:
    return next(article for article in shown.listed() if article.role == name)


def corrected(shown: portal.Portal) -> content.Article:
    return next(article for article in shown.listed() if article.correction)


# ---- the articles ---------------------------------------------------------------------------------------------------


def test_the_stock_is_large_enough_in_every_topic() -> None:
    stock = content.load(TODAY)
    assert len(stock.archive) >= 44
    assert len(stock.queue) >= 12
    count = {topic: sum(topic in article.categories for article in stock.archive) for topic in pages.TOPICS}
    assert count["IT-Infrastruktur"] >= 10
    assert count["Politik"] >= 10
    assert min(count.values()) >= 4
    assert any(not article.categories for article in stock.archive)


def test_every_label_is_a_topic_and_every_address_and_number_is_used_once() -> None:
    stock = content.load(TODAY)
    everything = (*stock.archive, *stock.queue, *stock.notes)
    assert {label for article in everything for label in article.categories} <= set(pages.TOPICS)
    assert len({article.slug for article in everything}) == len(everything)
    assert len({article.number for article in everything}) == len(everything)
    assert [article.published for article in stock.archive] == sorted(
        (article.published for article in stock.archive), reverse=True
    )


def test_every_article_reads_like_one() -> None:
    stock = content.load(TODAY)
    for article in (*stock.archive, *stock.queue):
        assert re.fullmatch(r"[a-z0-9-]+", article.slug), article.slug
        assert 60 <= len(article.teaser) <= 350, article.slug
        assert article.teaser[-1] in ".?!", article.slug
        assert article.body.count("\n\n") >= 2, article.slug
        assert "{" not in article.body + article.teaser, article.slug


@pytest.mark.parametrize("offset", range(0, 366, 7))
def test_articles_are_dated_on_working_days_up_to_today_whatever_the_day(offset: int) -> None:
    today = TODAY + timedelta(days=offset + offset // 7 % 7)
    stock = content.load(today)
    days = [article.published for article in (*stock.archive, *stock.queue, *stock.notes)]
    assert all(day.weekday() < 5 and day <= today for day in days)
    assert (max(days) - min(days)).days > 60
    third = [article.published for article in stock.archive if article.role != "pinned"][24:36]
    assert any(day.day <= 12 for day in third)  # trap T8 is there on every day of the year


def test_a_weekend_counts_as_the_friday_before() -> None:
    assert content.workday(date(2025, 3, 30), 0) == date(2025, 3, 28)
    assert content.workday(date(2025, 3, 31), 1) == date(2025, 3, 28)
    assert content.workday(date(2025, 3, 26), 5) == date(2025, 3, 19)


def test_links_in_articles_lead_to_articles() -> None:
    stock = content.load(TODAY)
    articles = (*stock.archive, *stock.queue)
    slugs = {article.slug for article in articles}
    linked = {
        slug for article in articles for slug in re.findall(r'href="/meldungen/([^/]+)/', markup.html(article.body))
    }
    assert linked
    assert linked <= slugs


def test_the_small_markup_escapes_what_is_not_its_own() -> None:
    html = markup.html("A <b> & „c“\n\n## Kopf\n\n- eins\n- zwei\n\n| a | b |\n| 1 | 2 |\n\nSiehe [dort](x-1).")
    assert html.split("\n") == [
        "<p>A &lt;b&gt; &amp; „c“</p>",
        "<h2>Kopf</h2>",
        "<ul><li>eins</li><li>zwei</li></ul>",
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        '<p>Siehe <a href="/meldungen/x-1/">dort</a>.</p>',
    ]


# ---- the pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trap", traps.TRAPS, ids=lambda trap: f"T{trap.number}-{trap.what}")
def test_every_trap_stands_where_the_table_says(trap: traps.Trap) -> None:
    shown, clock = made(interval=NEVER)
    clock.now += portal.TROUBLE
    answer = shown.answer(trap.path, BASE)
    assert answer.status == 200
    assert re.search(trap.shows, answer.body.decode(), re.DOTALL)


def test_the_table_has_all_traps() -> None:
    assert {trap.number for trap in traps.TRAPS} == set(range(1, 26))


def test_the_pinned_story_is_newer_than_its_neighbours_on_older_pages() -> None:
    shown, _ = made()
    pinned = role(shown, "pinned")
    for page in (2, 3, 4):
        titles = front_titles(shown, page)
        assert titles[0] == pinned.title
        assert all(a.published < pinned.published for a in shown.listed() if a.title in titles[1:])


def test_the_list_pages_show_every_article_once_beside_the_pinned_one() -> None:
    shown, _ = made()
    pinned = role(shown, "pinned").title
    titles = [title for page in range(1, 5) for title in front_titles(shown, page) if title != pinned]
    listed = [article.title for article in shown.listed() if article.title != pinned]
    assert [title for title in titles if not title.startswith("Newsletter")] == listed
    assert shown.answer("/?pg=5", BASE).status == 404
    assert shown.answer("/?pg=x", BASE).status == 404


def test_every_link_and_picture_of_every_page_is_answered_and_on_the_portal() -> None:
    shown, clock = made(interval=NEVER)
    clock.now += portal.TROUBLE
    seen: set[str] = set()
    waiting = ["/", "/robots.txt", *(note.path for note in content.load(TODAY).notes)]
    while waiting:
        path = waiting.pop()
        answer = shown.answer(path, BASE)
        assert answer.status == 200, path
        assert answer.body
        seen.add(path)
        found = re.findall(r'(?:href|src)="([^"]*)"', answer.body.decode()) if "html" in answer.media_type else []
        for link in {link.replace("&amp;", "&").removeprefix(BASE) for link in found} - seen - set(waiting):
            assert link.startswith("/"), f"{path} leads to a third party: {link}"
            waiting.append(link)
    assert len(seen) > 150


def test_an_article_has_at_least_six_teasers_below_it_and_never_itself() -> None:
    shown, clock = made()
    clock.now += portal.TROUBLE
    for article in shown.listed():
        below = text(shown, article.path).partition('class="weitere"')[2]
        titles = re.findall(r"<h3><a [^>]*>([^<]+)</a></h3>", below)
        assert len(titles) >= 6
        assert article.slug not in re.findall(r'href="/meldungen/([^/"?]+)', below)


def test_one_article_under_three_addresses_is_the_same_page() -> None:
    shown, _ = made()
    article = role(shown, "pinned")
    forms = (article.path, article.path.rstrip("/"), f"/?p={article.number}", f"{article.path}?utm_source=x")
    assert len({shown.answer(path, BASE).body for path in forms}) == 1


def test_the_title_element_has_the_headline_without_the_kicker() -> None:
    shown, _ = made()
    assert "<title>Zweite Trasse für das Landesnetz - Amtsblick digital |" in text(
        shown, "/meldungen/zweite-trasse-fuer-das-landesnetz/"
    )


def test_pictures_are_small_and_differ() -> None:
    one, other = pictures.skyline("a"), pictures.skyline("b")
    assert one.startswith(b"\x89PNG\r\n\x1a\n")
    assert one != other
    assert one == pictures.skyline.__wrapped__("a")
    assert len(one) < 4000


def test_the_feed_of_short_notices_is_valid_and_its_notices_stand_on_no_list() -> None:
    shown, _ = made()
    items = ElementTree.fromstring(text(shown, "/meldungen/feed")).findall("channel/item")
    notes = content.load(TODAY).notes
    assert [item.findtext("title") for item in items] == [note.title for note in notes]
    for item in items:
        moment = parsedate_to_datetime(item.findtext("pubDate") or "")
        assert moment < datetime(2025, 3, 25, 23, tzinfo=UTC)  # midnight of today in Berlin
        assert item.findtext("guid") != item.findtext("link")
    assert not {note.title for note in notes} & {title for page in range(1, 5) for title in front_titles(shown, page)}


# ---- what time does -------------------------------------------------------------------------------------------------


def test_a_new_article_appears_every_interval_until_the_queue_is_empty() -> None:
    shown, clock = made(interval=4.0)
    queue = content.load(TODAY).queue
    before = len(shown.listed())
    clock.now += 3.9
    assert len(shown.listed()) == before
    clock.now += 0.2
    assert front_titles(shown)[1] == queue[0].title
    clock.now += 4.0
    assert front_titles(shown)[1:3] == [queue[1].title, queue[0].title]
    clock.now += 1000
    assert len(shown.listed()) == before + len(queue) - 1  # and one was withdrawn
    assert shown.answer(queue[-1].path, BASE).status == 200


def test_an_article_that_is_not_yet_published_is_not_found() -> None:
    shown, _ = made()
    assert shown.answer(content.load(TODAY).queue[0].path, BASE).status == 404


def test_the_block_below_an_old_article_changes_while_its_text_does_not() -> None:
    shown, clock = made()
    path = "/meldungen/e-akte-erreicht-die-letzten-aemter/"
    before = text(shown, path)
    clock.now += 4.0
    after = text(shown, path)
    assert before != after
    assert before.partition("</article>")[0] == after.partition("</article>")[0]


def test_an_article_is_corrected_on_its_page_and_in_the_list() -> None:
    shown, clock = made()
    first = corrected(shown)
    assert first.title in front_titles(shown)
    assert "Korrektur:" not in text(shown, first.path)
    clock.now += portal.CORRECTED_AFTER * 4.0
    assert first.correction is not None
    titles = front_titles(shown)
    assert first.correction.title in titles
    assert first.title not in titles
    assert "Korrektur:" in text(shown, first.path)
    assert first.correction.teaser != first.teaser
    assert [a.title for a in shown.expected() if a.slug == first.slug] == [first.correction.title]


def test_an_article_is_withdrawn_from_the_middle_of_the_first_list_page() -> None:
    shown, clock = made()
    article = role(shown, "withdrawn")
    clock.now += portal.WITHDRAWN_AFTER * 4.0 - 0.1
    assert article.title in front_titles(shown)[3:-2]
    assert shown.answer(article.path, BASE).status == 200
    clock.now += 0.2
    assert article.title not in front_titles(shown)
    assert shown.answer(article.path, BASE).status == 410
    assert shown.answer(f"/?p={article.number}", BASE).status == 410
    assert article.slug not in {expected.slug for expected in shown.expected()}


def test_one_page_answers_500_for_a_while_also_when_nothing_grows() -> None:
    for interval in (4.0, NEVER):
        shown, clock = made(interval=interval)
        article = role(shown, "failing")
        assert article.title in front_titles(shown)
        assert shown.answer(article.path, BASE).status == 500
        clock.now += portal.TROUBLE
        assert shown.answer(article.path, BASE).status == 200


def test_what_is_expected_can_be_asked_for_any_moment() -> None:
    shown, clock = made()
    start = clock.now
    clock.now += 100
    queue = content.load(TODAY).queue
    assert queue[0].slug not in {article.slug for article in shown.expected(start)}
    assert queue[0].slug in {article.slug for article in shown.expected(start + 4)}
    assert {note.slug for note in content.load(TODAY).notes} <= {article.slug for article in shown.expected(start)}


def test_the_same_day_and_moment_give_the_same_bytes() -> None:
    one, other = made()[0], made()[0]
    for path in ("/", "/?pg=2", "/meldungen/feed", "/meldungen/der-hafen-denkt-mit/"):
        assert one.answer(path, BASE) == other.answer(path, BASE)


# ---- over HTTP ------------------------------------------------------------------------------------------------------


@pytest.fixture
def served() -> Iterator[tuple[server.Server, Clock]]:
    shown, clock = made()
    with shown.serve() as running:
        yield running, clock


def ask(running: server.Server, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", running.port, timeout=5)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/", "/?pg=2", "/meldungen/der-hafen-denkt-mit/", "/meldungen/feed"])
def test_an_unchanged_page_is_answered_304_by_either_validator(served: tuple[server.Server, Clock], path: str) -> None:
    running, clock = served
    first, body = ask(running, path)
    assert first.status == 200
    assert len(body) == int(first.headers["Content-Length"])
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert parsedate_to_datetime(modified) < datetime(2025, 3, 26, tzinfo=UTC)
    for validators in ({"If_None_Match": etag}, {"If_None_Match": f'"x", W/{etag}'}, {"If_Modified_Since": modified}):
        response, body = ask(running, path, **validators)
        assert (response.status, body) == (304, b"")
        assert response.headers["ETag"] == etag
    assert ask(running, path, If_None_Match='"x"', If_Modified_Since=modified)[0].status == 200
    assert ask(running, path, If_Modified_Since="gestern")[0].status == 200
    if "feed" not in path:
        clock.now += 4.0
        assert ask(running, path, If_None_Match=etag, If_Modified_Since=modified)[0].status == 200
        assert ask(running, path, If_Modified_Since=modified)[0].status == 200


def test_errors_have_no_validators_and_head_has_no_body(served: tuple[server.Server, Clock]) -> None:
    running, _ = served
    missing, body = ask(running, "/gibt-es-nicht")
    assert missing.status == 404
    assert "nicht gefunden" in body.decode()
    assert missing.headers["ETag"] is None
    failing, _ = ask(running, "/meldungen/mehr-tempo-bei-registern/", If_None_Match="*")
    assert failing.status == 500
    head, body = ask(running, "/", "HEAD")
    assert (head.status, body) == (200, b"")
    assert int(head.headers["Content-Length"]) > 1000


def test_robots_txt_lets_everybody_in_and_sets_no_pace(served: tuple[server.Server, Clock]) -> None:
    response, body = ask(served[0], "/robots.txt")
    assert response.status == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    assert b"User-agent: *" in body
    assert b"delay" not in body.lower()
    assert b"Disallow: /\n" not in body


def test_addresses_the_portal_writes_are_its_own(served: tuple[server.Server, Clock]) -> None:
    running, _ = served
    assert running.url == f"http://127.0.0.1:{running.port}"
    body = ask(running, "/meldungen/der-hafen-denkt-mit")[1].decode()
    assert f'<link rel="canonical" href="{running.url}/meldungen/der-hafen-denkt-mit/">' in body
    assert re.search(rf'<img src="{running.url}/na/[0-9a-f]{{32}}" width="1" height="1"', body)


def test_a_closed_portal_frees_its_port() -> None:
    running = made()[0].serve()
    running.close()
    again = made()[0].serve(running.port)
    assert again.port == running.port
    again.close()


# ---- the configuration ----------------------------------------------------------------------------------------------


def test_the_configuration_reads_the_portal_and_changes_nothing_else() -> None:
    read = tomllib.loads(demo.config_text("http://127.0.0.1:4711", 8099))
    assert read["service"]["base_url"] == "http://127.0.0.1:8099"
    assert read["web"] == {"port": 8099}
    assert read["fetch"] == {"host_gap": "0s", "allow_private": ["127.0.0.1:4711"]}
    assert read["defaults"] == {"every": "5s"}
    assert [source["url"] for source in read["source"]] == [
        "http://127.0.0.1:4711/",
        "http://127.0.0.1:4711/meldungen/feed",
    ]
    assert all(set(source) == {"id", "name", "url"} for source in read["source"])
    labels = {label for category in read["category"] for label in category.get("labels", ())}
    assert set(pages.TOPICS) - labels == {"Smart City"}
    assert [category["slug"] for category in read["category"] if category.get("fallback")] == ["panorama"]
