"""The operator's addresses on a store with a past: status page, its data, incidents, metrics, readiness."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import feedparser
import operating_samples as samples
import pytest
import validity
from prometheus_client.parser import text_string_to_metric_families

from feedsvc import store
from feedsvc.model import Failure, Problem
from feedsvc.web import answers, explain, metrics
from feedsvc.web.settings import Settings

NOW = datetime.now(UTC).replace(microsecond=0)
DEAD = Failure(kind="dns", message="dead.example.org cannot be resolved")


class Asked:
    """A question without headers."""

    def __init__(self, query: str = "", headers: Mapping[str, str] | None = None) -> None:
        self.query_string = query
        self.headers = headers or {}


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("past")
    samples.filled(var, NOW)
    (var / "public" / "feeds").mkdir(parents=True)
    (var / "public" / "feeds" / "all.atom").write_bytes(b"<feed/>")
    return var


def settings(var: Path, **given: object) -> Settings:
    values = {
        "var": str(var), "host": "127.0.0.1", "port": 0, "max_age": 900.0, "ready_after": 3600.0, "base_path": "",
        "language": "de", "timezone": "Europe/Berlin", "title": "Probe", "base_url": "https://feeds.example.org",
        "status_token": "", "parent": os.getpid(), **given,
    }  # fmt: skip
    return Settings(**values)  # type: ignore[arg-type]


def ask(var: Path, path: str, asked: Asked | None = None, **given: object) -> tuple[int, dict[str, str], str]:
    status, headers, body = answers.routes(settings(var, **given))[path](asked or Asked())
    return status, dict(headers), body.decode()


class Structure(HTMLParser):
    """What a screen reader finds: open tags, images without words, scripts, addresses."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.images: list[str | None] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.styled = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.styled += "style" in given or any(name.startswith("on") for name in given)
        if "id" in given:
            self.ids.append(given["id"] or "")
        if given.get("role") == "img":
            self.images.append(given.get("aria-label"))


# ---- the page --------------------------------------------------------------------------------------------------------


def test_the_page_tells_of_each_source_what_failed_what_to_do_and_how_its_month_was(past: Path) -> None:
    status, headers, page = ask(past, "status")
    assert status == 200
    assert "default-src 'none'" in headers["content-security-policy"]
    found = Structure(page)
    assert found.styled == 0
    assert "script" not in found.tags
    assert len(found.ids) == len(set(found.ids))
    assert len(found.images) == 8
    assert all(words and "30 Tage" in words for words in found.images)
    flat = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "2 von 4 Quellen in Ordnung" in flat
    assert "Guter &lt;Anzeiger&gt;" in flat
    assert "Der Rechnername ist nicht zu finden. weg.example.org cannot be resolved" in flat
    assert "Was zu tun ist: Adresse in config.toml prüfen" in flat
    assert "Neue Artikel in 30 Tagen: 20; höchstens 1 an einem Tag" in page
    assert "17 neu" in flat
    assert "3 Abfragen sind gescheitert" in page
    assert "weg: gestört (vorher lückenhaft)" in flat
    assert flat.index("weg") < flat.index("Guter")
    assert '<link rel="alternate" type="application/atom+xml" title="Vorkommnisse (Atom)"' in page


def test_the_page_speaks_english_where_the_service_does(past: Path) -> None:
    page = ask(past, "status", language="en")[2]
    assert "What to do: Check the address in config.toml" in page
    assert "weg: broken (was incomplete)" in page
    assert "gestört" not in page


def test_every_kind_of_error_and_health_has_words_and_advice_in_both_languages() -> None:
    assert explain._ERRORS["de"].keys() == explain._ERRORS["en"].keys() == set(_kinds())
    for language in ("de", "en"):
        for kind in _kinds():
            assert explain.advice(language, "move", "broken", kind, None)
        assert explain.advice(language, "move", "quiet", None, None)
        assert "move" in (explain.advice(language, "move", "degraded", None, "list.published") or "")
        assert explain.advice(language, "move", "ok", None, None) is None
    assert explain.field("de", "list.published") == "Datum in der Liste"
    assert explain.field("en", "article.body") == "text on article pages"


def _kinds() -> tuple[str, ...]:
    from typing import get_args

    from feedsvc.model import ErrorKind

    return get_args(ErrorKind)


def test_a_problem_of_the_configuration_stands_above_everything_until_it_is_mended(past: Path, tmp_path: Path) -> None:
    shutil.copy(past / "feedsvc.db", tmp_path / "feedsvc.db")
    wrong = Problem(key="web.prot", line=7, message="unknown key", hint="did you mean <port>?")
    with store.open(tmp_path / "feedsvc.db") as opened:
        opened.set_problems(refused=[wrong])
    page = ask(tmp_path, "status")[2]
    assert "config.toml wurde nicht übernommen" in page
    assert "<strong>Zeile 7</strong>, <code>web.prot</code>: unknown key (did you mean &lt;port&gt;?)" in page
    with store.open(tmp_path / "feedsvc.db") as opened:
        opened.set_problems()
    assert "nicht übernommen" not in ask(tmp_path, "status")[2]


def test_many_sources_make_a_page_that_can_be_opened_and_data_that_lacks_none(tmp_path: Path) -> None:
    sources = [samples.source(f"s{number:04}") for number in range(1200)]
    with store.open(tmp_path / "feedsvc.db") as opened:
        opened.sync_sources(sources, NOW)
        samples.poll(opened, sources[1100], NOW, error=DEAD)
    page = ask(tmp_path, "status")[2]
    assert page.count("<tbody") == 200
    assert "1000 weitere Quellen" in page
    assert "source-s1100" in page
    assert len(page) < 300_000
    assert len(json.loads(ask(tmp_path, "status.json")[2])) == 1200


# ---- data and incidents ----------------------------------------------------------------------------------------------


def test_the_data_has_the_contracts_keys_and_the_pages(past: Path) -> None:
    rows = {row["id"]: row for row in json.loads(ask(past, "status.json")[2])}
    contract = "id name url health enabled last_poll_at last_success_at last_new_at next_poll_at why error polls"
    for row in rows.values():
        assert set(contract.split()) < row.keys()
    assert rows["weg"]["advice"].startswith("Adresse")
    assert rows["gut"]["advice"] is None
    assert [day["new"] for day in rows["gut"]["history"]] == [1] * 20
    assert rows["zu"]["history"][-1].keys() == {"day", "polls", "failed", "new", "seconds"}


def test_the_incidents_are_a_valid_feed_that_answers_conditionally(past: Path) -> None:
    status, headers, body = ask(past, "status.atom")
    assert (status, headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    assert validity.atom(body.encode(), "https://feeds.example.org/status.atom") == []
    assert len(feedparser.parse(body).entries) == 5
    again = ask(past, "status.atom", Asked(headers={"if-none-match": headers["etag"]}))
    assert (again[0], again[2]) == (304, "")
    assert ask(past, "status.atom", Asked(headers={"if-none-match": '"other"'}))[0] == 200


@pytest.mark.parametrize("path", ["status", "status.json", "status.atom", "metrics"])
def test_the_operators_addresses_want_the_token_and_say_503_without_a_store(
    past: Path, tmp_path: Path, path: str
) -> None:
    assert ask(past, path, status_token="geheim")[0] == 401
    assert ask(past, path, Asked("token=falsch"), status_token="geheim")[0] == 401
    assert ask(past, path, Asked("token=geheim"), status_token="geheim")[0] == 200
    bearer = Asked(headers={"authorization": "Bearer geheim"})
    assert ask(past, path, bearer, status_token="geheim")[0] == 200
    status, _, body = ask(tmp_path, path)
    assert status == 503
    assert "does not exist yet" in body


def test_health_and_readiness_want_no_token(past: Path) -> None:
    assert ask(past, "healthz", status_token="geheim")[0] == 200
    assert ask(past, "readyz", status_token="geheim")[0] == 200


# ---- metrics ---------------------------------------------------------------------------------------------------------


def measured(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_metrics_count_polls_and_tell_health_queue_ages_and_sizes(past: Path) -> None:
    status, headers, body = ask(past, "metrics")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    found = measured(body)
    assert found["feedsvc_polls_total", "dns", "error"] == 3
    assert found["feedsvc_polls_total", "", "ok"] == 70
    assert found["feedsvc_poll_seconds_bucket", "0.3", "ok"] == 0
    assert found["feedsvc_poll_seconds_bucket", "1.0", "ok"] == 70
    assert found["feedsvc_poll_seconds_bucket", "+Inf", "error"] == 5
    assert found["feedsvc_poll_seconds_sum", "ok"] == pytest.approx(35)
    assert found["feedsvc_articles_total", "new"] == 70
    assert found["feedsvc_sources", "ok"] == 2
    assert found["feedsvc_sources", "blocked"] == 1
    assert found["feedsvc_sources", "quiet"] == 0
    assert found["feedsvc_queue_due",] == 0
    assert found["feedsvc_store_bytes", "db"] > 50_000
    assert found["feedsvc_feed_newest_entry_age_seconds", "feeds/all"] > 0
    assert 0 <= found["feedsvc_feed_published_age_seconds", "feeds/all"] < 600
    succeeded = found["feedsvc_source_last_success_timestamp_seconds", "gut"]
    assert succeeded == pytest.approx((NOW - timedelta(minutes=10)).timestamp())
    (build,) = (key for key in found if key[0] == "feedsvc_build_info")
    assert len(build) == 4


def test_the_metrics_name_a_bounded_number_of_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "MOST", 10)
    sources = [samples.source(f"s{number:03}") for number in range(40)]
    with store.open(tmp_path / "feedsvc.db") as opened:
        opened.sync_sources(sources, NOW - timedelta(minutes=5))
    found = measured(ask(tmp_path, "metrics")[2])
    assert sum(key[0] == "feedsvc_source_last_success_timestamp_seconds" for key in found) == 10
    assert found["feedsvc_sources_left_out",] == 30
    assert found["feedsvc_queue_due",] == 40
    assert found["feedsvc_queue_lag_seconds",] >= 300


def test_many_scrapes_cost_one_and_a_failure_is_not_kept(past: Path, tmp_path: Path) -> None:
    answer = answers.routes(settings(tmp_path))["metrics"]
    assert answer(Asked())[0] == 503
    shutil.copy(past / "feedsvc.db", tmp_path / "feedsvc.db")
    first = answer(Asked())
    assert first[0] == 200
    (tmp_path / "feedsvc.db").unlink()
    assert answer(Asked()) == first
    assert answer(Asked("other=1"))[0] == 503


# ---- readiness -------------------------------------------------------------------------------------------------------


def ready(var: Path, after: float = 3600.0) -> tuple[int, str]:
    status, _, body = ask(var, "readyz", ready_after=after)
    return status, body


def test_a_fresh_start_is_ready_while_its_sources_wait_for_their_turn(tmp_path: Path) -> None:
    assert ready(tmp_path)[0] == 503
    with store.open(tmp_path / "feedsvc.db") as opened:
        assert ready(tmp_path)[0] == 200
        opened.sync_sources([samples.source("a"), samples.source("b")], datetime.now(UTC))
        assert ready(tmp_path) == (200, "ready; nothing was due\n")


def test_it_is_red_when_what_was_due_failed_or_was_never_asked(tmp_path: Path) -> None:
    one, now = samples.source("a"), datetime.now(UTC)
    with store.open(tmp_path / "feedsvc.db") as opened:
        opened.sync_sources([one], now - timedelta(minutes=5))
        assert ready(tmp_path)[0] == 503
        samples.poll(opened, one, now - timedelta(minutes=4), error=DEAD)
        assert ready(tmp_path) == (503, "no source succeeded within 1:00:00\n")
        samples.poll(opened, one, now - timedelta(minutes=1))
        assert ready(tmp_path) == (200, "ready\n")
        assert ready(tmp_path, after=30)[0] == 200  # the next poll is due in an hour: nothing has failed


def test_a_success_of_long_ago_is_enough_only_while_nothing_was_due_since(tmp_path: Path) -> None:
    one, now = samples.source("a"), datetime.now(UTC)
    with store.open(tmp_path / "feedsvc.db") as opened:
        opened.sync_sources([one], now - timedelta(hours=9))
        samples.poll(opened, one, now - timedelta(hours=5), next_poll_at=now + timedelta(hours=19))
        assert ready(tmp_path)[0] == 200
        samples.poll(opened, one, now - timedelta(hours=4), error=DEAD, next_poll_at=now + timedelta(hours=20))
        assert ready(tmp_path)[0] == 503


def test_a_store_without_a_running_scheduler_turns_red(tmp_path: Path) -> None:
    one, now = samples.source("a"), datetime.now(UTC)
    with store.open(tmp_path / "feedsvc.db") as opened:
        opened.sync_sources([one], now - timedelta(hours=9))
        samples.poll(opened, one, now - timedelta(hours=8), next_poll_at=now - timedelta(hours=7))
    assert ready(tmp_path)[0] == 503
