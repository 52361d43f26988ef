"""The commands as an operator types them: exit codes, what stands on stdout, what on stderr, and no traceback."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import signal
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from gazette import Gazette, config
from origin import Answer, Origin

from feedsvc import cli
from feedsvc.cli import adding


@dataclass(frozen=True)
class Done:
    stdout: str
    stderr: str


def feedsvc(*arguments: str, path: Path | None = None, expect: int = 0) -> Done:
    """Run one command in this process, as `python -m feedsvc` would in its own."""
    out, err = io.StringIO(), io.StringIO()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.execute([*(("--config", str(path)) if path else ()), *arguments])
    for number, handler in handlers.items():
        signal.signal(number, handler)
    assert code == expect, out.getvalue() + err.getvalue()
    assert "Traceback" not in err.getvalue()
    return Done(out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Gazette]]:
    """A configuration whose gazette was polled once, with `poll --json` already checked."""
    directory = tmp_path_factory.mktemp("polled")
    with Origin() as origin:
        gazette = Gazette(origin)
        gazette.publish(6)
        yield config(directory, origin, 8080, every="60m"), gazette


@pytest.fixture(scope="module")
def first_poll(polled: tuple[Path, Gazette]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(feedsvc("poll", "--json", path=polled[0]).stdout)
    return found


def test_a_poll_tells_what_it_found(first_poll: list[dict[str, object]]) -> None:
    (row,) = first_poll
    assert (row["id"], row["status"], row["new"], row["updated"]) == ("anzeiger", "ok", 6, 0)
    assert set(row) >= {"found", "unchanged", "error", "seconds", "next_poll_at", "why"}
    assert row["error"] is None
    assert row["why"] == "every 1h"


def test_status_articles_and_feeds_are_one_json_array_each(
    polled: tuple[Path, Gazette], first_poll: list[dict[str, object]]
) -> None:
    path, gazette = polled
    (source,) = json.loads(feedsvc("status", "--json", path=path).stdout)
    assert (source["id"], source["health"], source["enabled"]) == ("anzeiger", "ok", True)
    assert source["polls"][-1]["new"] == 6
    articles = json.loads(feedsvc("articles", "--json", path=path).stdout)
    assert [article["title"] for article in articles] == gazette.titles()
    newest = articles[0]
    assert newest["kicker"] == "Hamburg"
    assert newest["published"] == "2026-01-08T00:00:00+01:00"
    assert newest["published_precision"] == "day"
    assert newest["categories"] == ["IT-Infrastruktur"]
    assert newest["feeds"][0] == "it-infrastruktur"
    assert newest["body_text"].count("Absatz") == 4
    assert newest["id"].startswith("urn:uuid:")
    feeds = {feed["slug"]: feed for feed in json.loads(feedsvc("feeds", "--json", path=path).stdout)}
    assert feeds["politik"]["entries"] == 3
    assert feeds["politik"]["url"] == "http://127.0.0.1:8080/feeds/politik.atom"


def test_articles_are_chosen_and_written_in_every_form(
    polled: tuple[Path, Gazette], first_poll: list[dict[str, object]]
) -> None:
    path, gazette = polled
    lines = feedsvc("articles", "--format", "jsonl", "--category", "politik", path=path).stdout.splitlines()
    assert [json.loads(line)["title"] for line in lines] == [gazette.title(n) for n in (5, 3, 1)]
    rows = list(csv.DictReader(io.StringIO(feedsvc("articles", "--format", "csv", "--limit", "2", path=path).stdout)))
    assert [row["title"] for row in rows] == gazette.titles()[:2]
    found = json.loads(feedsvc("articles", "--query", '"nummer 4" OR nummer*', "--json", path=path).stdout)
    assert len(found) == 6
    assert len(json.loads(feedsvc("articles", "--query", '"nummer 4"', "--json", path=path).stdout)) == 1
    assert len(json.loads(feedsvc("articles", "--since", "2026-01-08", "--json", path=path).stdout)) == 1
    assert "2026-01-08" in feedsvc("articles", path=path).stdout
    assert "query" in feedsvc("articles", "--query", '"open', path=path, expect=2).stderr


def test_what_is_not_due_is_not_polled_and_what_is_named_is(
    polled: tuple[Path, Gazette], first_poll: list[dict[str, object]]
) -> None:
    path, _ = polled
    assert json.loads(feedsvc("poll", "--json", path=path).stdout) == []
    (row,) = json.loads(feedsvc("poll", "anzeiger", "--json", path=path).stdout)
    assert row["status"] == "unchanged"
    assert "no enabled source nobody" in feedsvc("poll", "nobody", path=path, expect=2).stderr


def test_publish_changes_nothing_that_is_already_right(
    polled: tuple[Path, Gazette], first_poll: list[dict[str, object]]
) -> None:
    assert feedsvc("publish", path=polled[0]).stdout.startswith("0 files changed")


def test_a_source_that_fails_is_exit_code_one_and_a_line(tmp_path: Path) -> None:
    with Origin() as origin:
        origin.pages["/"] = Answer(status=403)
        done = feedsvc("poll", "--json", path=config(tmp_path, origin, 8080), expect=1)
        (row,) = json.loads(done.stdout)
        assert (row["status"], row["error"]["kind"]) == ("blocked", "forbidden")
        assert "anzeiger: blocked" in done.stderr


def test_what_robots_txt_forbids_is_said_and_is_no_failure(tmp_path: Path) -> None:
    with Origin() as origin:
        origin.pages["/robots.txt"] = "User-agent: *\nDisallow: /\n"
        origin.pages["/"] = "<h1>secret</h1>"
        done = feedsvc("poll", "--json", path=config(tmp_path, origin, 8080))
        (row,) = json.loads(done.stdout)
        assert (row["status"], row["error"]["kind"]) == ("disallowed", "robots")
        assert [asked.path for asked in origin.asked] == ["/robots.txt"]


def test_a_private_address_is_refused_unless_allowed(tmp_path: Path) -> None:
    with Origin() as origin:
        path = config(tmp_path, origin, 8080)
        path.write_text(path.read_text().replace("allow_private = [", "allow_private = [] # ["))
        (row,) = json.loads(feedsvc("poll", "--json", path=path, expect=1).stdout)
        assert row["error"]["kind"] == "private_address"
        assert origin.asked == []


def test_a_site_that_asked_for_time_defers_a_named_poll_and_force_does_not(tmp_path: Path) -> None:
    with Origin() as origin:
        gazette = Gazette(origin)
        gazette.publish(1)
        path = config(tmp_path, origin, 8080)
        origin.pages["/"] = Answer(status=429, headers={"Retry-After": "3600"})
        feedsvc("poll", path=path, expect=1)
        done = feedsvc("poll", "anzeiger", "--json", path=path)
        (row,) = json.loads(done.stdout)
        assert row["status"] == "deferred"
        assert "anzeiger: deferred" in done.stderr
        asked = len(origin.asked)
        feedsvc("poll", "anzeiger", "--force", path=path, expect=1)
        assert len(origin.asked) == asked + 1


# ---- the configuration ----------------------------------------------------------------------------------------------


def test_init_writes_a_configuration_that_is_in_order_and_overwrites_nothing(tmp_path: Path) -> None:
    told = feedsvc("init", str(tmp_path / "new")).stdout
    path = tmp_path / "new" / "config.toml"
    assert str(path) in told
    assert (tmp_path / "new" / "var").is_dir()
    assert tomllib.loads(path.read_text())["service"]["contact"].startswith("mailto:")
    assert "no problems" in feedsvc("check", path=path).stdout
    before = path.read_text()
    assert "not overwritten" in feedsvc("init", str(tmp_path / "new"), expect=2).stderr
    assert path.read_text() == before


def test_check_names_every_problem_with_key_and_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[service]\ntitel = "x"\n\n[[source]]\nid = "a"\nurl = "ftp://a"\nevery = "1 hour"\n')
    report = json.loads(feedsvc("check", "--json", path=path, expect=2).stdout)
    assert report["ok"] is False
    assert [problem["line"] for problem in report["problems"]] == [2, 6, 7]
    assert "did you mean" in report["problems"][0]["hint"]
    for command in ("poll", "run", "status", "publish", "serve"):
        assert "line 7" in feedsvc(command, path=path, expect=2).stderr


def test_a_configuration_without_contact_is_no_robot(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[[source]]\nid = "a"\nurl = "https://a.example/"\n')
    assert "contact" in feedsvc("poll", path=path, expect=2).stderr
    assert "nothing is stored yet" in feedsvc("status", path=path).stderr


def test_a_source_with_a_broken_rule_is_left_out_and_the_others_run(tmp_path: Path) -> None:
    with Origin() as origin:
        gazette = Gazette(origin)
        gazette.publish(2)
        extra = f'[[source]]\nid = "kaputt"\nurl = "{origin.url("/x")}"\n[source.list]\nitem = "[["\n'
        done = feedsvc("poll", "--json", path=config(tmp_path, origin, 8080, extra=extra))
        assert [row["id"] for row in json.loads(done.stdout)] == ["anzeiger"]
        assert "[[" in done.stderr


@pytest.mark.parametrize("arguments", [("--config",), ("nonsense",), ("poll", "--nonsense"), ("try",)])
def test_wrong_usage_is_exit_code_two(arguments: tuple[str, ...]) -> None:
    feedsvc(*arguments, expect=2)


def test_a_store_that_is_no_database_is_a_service_error_that_says_what_to_do(tmp_path: Path) -> None:
    with Origin() as origin:
        path = config(tmp_path, origin, 8080)
        (tmp_path / "var").mkdir()
        (tmp_path / "var" / "feedsvc.db").write_text("this is no database, whatever it is called " * 20)
        assert "feedsvc.db" in feedsvc("poll", path=path, expect=3).stderr


# ---- try ------------------------------------------------------------------------------------------------------------


def test_try_explains_a_saved_page_without_network_or_configuration(tmp_path: Path) -> None:
    with Origin() as origin:
        gazette = Gazette(origin)
        gazette.publish(4)
        page = tmp_path / "page.html"
        body = gazette._article(type("Asked", (), {"path": "/meldung/4"}))  # type: ignore[arg-type]
        assert isinstance(body, Answer)
        page.write_text(str(body.body))
    url = "https://anzeiger.example/meldung/4"
    told = feedsvc("try", "--html", str(page), "--url", url, path=tmp_path / "none.toml").stdout
    assert "Kabinett beschließt Vorhaben Nummer 4" in told
    assert "lead 3 of 3" in told
    done = feedsvc("try", "--html", str(page), "--url", url, "--json", path=tmp_path / "none.toml")
    article, *leads = json.loads(done.stdout)
    assert [lead["published"] for lead in leads] == [f"2026-01-0{day}T00:00:00+01:00" for day in (5, 6, 6)]
    assert article["kind"] == "article"
    assert {"rule", "value", "lost"} == set(article["findings"]["headline"])


def test_try_says_for_every_field_which_rule_gave_it_and_what_lost(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html lang=de><title>Neues Rechenzentrum eröffnet | Amtsblatt</title>"
        '<meta property="og:title" content="Rechenzentrum ist da"><meta name="date" content="2024-04-26">'
        "<main><h1>Neues Rechenzentrum eröffnet</h1><p>Von Erika Muster</p><p>30. April 2024</p>"
        + "<p>Das Land hat sein neues Rechenzentrum nach langer Bauzeit am Freitag feierlich in Betrieb genommen.</p>"
        * 4
        + "</main>",
        encoding="utf-8",
    )
    arguments = ("try", "--html", str(page), "--url", "https://amtsblatt.example/1")
    (article,) = json.loads(feedsvc(*arguments, "--as", "article", "--json", path=tmp_path / "none.toml").stdout)
    findings = article["findings"]
    assert findings["headline"]["rule"] == "the h1 that a title of the head confirms"
    assert {"rule": "meta og:title", "value": "Rechenzentrum ist da"} in findings["headline"]["lost"]
    said = findings["published"]
    told = {(said["rule"], said["value"]), *((loser["rule"], loser["value"]) for loser in said["lost"])}
    assert told == {("meta date", "2024-04-26"), ("a line at the headline", "2024-04-30")}
    assert findings["authors"]["rule"] == "the byline at the headline"
    told = feedsvc(*arguments, path=tmp_path / "none.toml").stdout
    assert f"not {said['lost'][0]['value']}  [{said['lost'][0]['rule']}]" in told


def test_try_asks_a_site_and_stores_nothing(polled: tuple[Path, Gazette]) -> None:
    path, gazette = polled
    told = feedsvc("try", "anzeiger", path=path)
    assert "lead 1 of 6" in told.stdout
    assert "article " in told.stdout  # the first that the list leads to
    assert "the first lead" in told.stderr
    assert "private" in feedsvc("try", gazette.origin.url("/"), path=path.parent / "none.toml", expect=1).stderr


# ---- add ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Path, Gazette]]:
    """A configuration for a gazette, and another site's page with a feed on the same origin."""
    with Origin() as origin:
        gazette = Gazette(origin)
        gazette.publish(6)
        path = config(tmp_path, origin, 8080)
        path.write_text(path.read_text(encoding="utf-8") + "\n# the operator's last word\n", encoding="utf-8")
        items = "".join(
            f"<item><title>Neue Brücke Nummer {n} freigegeben</title><link>/bau/{n}</link><guid>{n}</guid>"
            f"<description>Die Brücke Nummer {n} ist wieder frei, teilte das Bauamt mit.</description>"
            f"<category>Bau</category><pubDate>0{n} Mar 2026 08:00:00 +0100</pubDate></item>"
            for n in range(6, 0, -1)
        )
        feed = f"<rss version='2.0'><channel><title>Bauamt \"Nord\"</title>{items}</channel></rss>"
        cards = "".join(
            f"<article><h2><a href=/bau/{n}>Neue Brücke Nummer {n} freigegeben</a></h2><p>0{n}.03.2026</p></article>"
            for n in range(6, 0, -1)
        )
        head = "<link rel=alternate type=application/rss+xml href=/bau.rss>"
        origin.pages["/bau"] = Answer(
            body=f"<!doctype html><html lang=de><head>{head}</head><body>{cards}</body></html>"
        )
        origin.pages["/bau.rss"] = Answer(body=feed, headers={"Content-Type": "application/rss+xml"})
        yield path, gazette


def test_add_appends_a_source_and_keeps_what_the_operator_wrote(shop: tuple[Path, Gazette]) -> None:
    path, gazette = shop
    before = path.read_text(encoding="utf-8")
    done = feedsvc("add", gazette.origin.url("/bau"), "--category", "Bau", path=path)
    assert "link element: 6 articles, 6 of the page's 6 among them" in done.stdout
    assert "2026-03-06  Neue Brücke Nummer 6 freigegeben" in done.stdout
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before)
    added = tomllib.loads(after)["source"][-1]
    assert added == {
        "id": "127-0-0-1",
        "url": gazette.origin.url("/bau"),
        "name": 'Bauamt "Nord"',
        "categories": ["Bau"],
    }
    (row,) = json.loads(feedsvc("poll", "127-0-0-1", "--json", path=path).stdout)
    assert (row["status"], row["found"]) == ("ok", 6)
    found = {source["id"]: source for source in json.loads(feedsvc("status", "--json", path=path).stdout)}
    assert found["127-0-0-1"]["reads"]["url"] == gazette.origin.url("/bau.rss")


def test_add_writes_nothing_on_a_dry_run_and_tells_every_option(shop: tuple[Path, Gazette]) -> None:
    path, gazette = shop
    before = path.read_bytes()
    done = feedsvc("add", gazette.origin.url("/bau"), "--dry-run", "--json", "--id", "bau", path=path)
    options = json.loads(done.stdout)
    assert [(each["kind"], each["good"], each["chosen"]) for each in options[:2]] == [
        ("html", True, False), ("feed", True, True),
    ]  # fmt: skip
    assert len(options[1]["leads"]) == 6
    assert 'id = "bau"' in done.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("/",), 2, "is already there as source 'anzeiger'"),
        (("/bau", "--id", "anzeiger"), 2, "there is already a source 'anzeiger'"),
        (("/weg",), 1, "there is no such page (404)"),
        (("/bau", "--id", "Kein Name!"), 2, "source[1].id"),
    ],
)
def test_add_says_why_it_adds_nothing(
    shop: tuple[Path, Gazette], arguments: tuple[str, ...], code: int, said: str
) -> None:
    path, gazette = shop
    before = path.read_bytes()
    done = feedsvc("add", gazette.origin.url(arguments[0]), *arguments[1:], path=path, expect=code)
    assert said in done.stderr
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir() if "toml" in each.name] == ["config.toml"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Meldungen - Amtsblick digital | Nachrichten für die moderne Verwaltung", "Amtsblick digital"),
        ("Amtsblatt", "Amtsblatt"),
        ("Startseite – Ministerium für Digitales", "Ministerium für Digitales"),
        ("Aktuelles", "Aktuelles"),
        ("", ""),
    ],
)
def test_a_new_source_is_called_by_its_sites_name(title: str, name: str) -> None:
    assert adding._name(title) == name
