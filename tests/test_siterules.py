"""Full-Text RSS site config files: how they are found, what is honoured, and that nothing is dropped in silence."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsvc import cli, config, extract, siterules
from feedsvc.errors import ConfigError
from feedsvc.model import Article, ArticleRules, Page, Problem, Source

URL = "https://www.blatt.example/politik/akte.html"
TEXT = "".join(
    f"<p>Absatz {n} sagt in einem ganzen Satz, was der Rat beschlossen hat, und nennt die Gründe dafür.</p>"
    for n in range(1, 5)
)


def notes(file: str) -> list[tuple[int | None, str]]:
    return [(note.line, note.message) for note in siterules.parse(file, "x.txt")[1]]


# ---- reading a file --------------------------------------------------------------------------------------------------

FILE = """\ufeff
# Author: somebody
title: //h1[@class='t']
title: //meta[@property='og:title']/@content
  body : //div[@id='text'] | //div[@id='more']
body://article
author: //a[@rel='author']
date: //time/@datetime
strip: //div[@class='share']
strip_id_or_class: 'anzeige'
strip_image_src: /pixel/
single_page_link: //a[@class='print']/@href
next_page_link: //a[@rel='next']
find_string: <figcaption>
replace_string: <p class="caption">
replace_string(<noscript>): <div>
replace_string(</noscript>): </div>
tidy: no
prune: no
parser: html5php
strip_attr: //*/@style
test_url: https://blatt.example/1
test_contains: Absatz: 1
"""


def test_every_directive_becomes_a_rule_in_the_order_of_the_file() -> None:
    rules, problems = siterules.parse(FILE, "blatt.example.txt")
    assert problems == ()
    away = "not(self::html or self::body)"
    assert rules == ArticleRules(
        title=("xpath://h1[@class='t']", "xpath://meta[@property='og:title']/@content"),
        body=("xpath://div[@id='text'] | //div[@id='more']", "xpath://article"),
        author=("xpath://a[@rel='author']",),
        date=("xpath://time/@datetime",),
        strip=(
            "xpath://div[@class='share']",
            f"xpath://*[{away}][contains(@class, 'anzeige') or contains(@id, 'anzeige')]",
            "xpath://img[contains(@src, '/pixel/')]",
        ),
        single_page=("xpath://a[@class='print']/@href",),
        next_page=("xpath://a[@rel='next']",),
        replace=(("<figcaption>", '<p class="caption">'), ("<noscript>", "<div>"), ("</noscript>", "</div>")),
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("http_header(User-Agent): Mozilla/5.0", "http_header(User-Agent) is not honoured: feedsvc says who it is"),
        ("http_header(Cookie): a=b", "http_header(Cookie) is not honoured"),
        ("native_ad_clue: //meta", "native_ad_clue is not honoured"),
        ("requires_login: yes", "requires_login is not honoured: feedsvc does not log in"),
        ("login_uri: https://x.example/", "login_uri is not honoured: feedsvc does not log in"),
        ("not_logged_in_xpath: //form", "not_logged_in_xpath is not honoured"),
        ("dissolve: //a", "dissolve is not honoured"),
        ("wrap_in(blockquote): //div", "wrap_in(blockquote) is not honoured"),
        ("move_into(//h1): //p", "move_into(//h1) is not honoured"),
        ("src_lazy_load_attr: data-x", "src_lazy_load_attr is not honoured"),
        ("autodetect_next_page: yes", "autodetect_next_page is not honoured: next pages are found by themselves"),
        ("skip_id_or_class: x", "skip_id_or_class is not honoured"),
        ("titel: //h1", "titel is an unknown directive"),
        ("title //h1", "“title //h1” is no directive"),
        ("title:", "title has no value"),
        ("title: //h1[", "“//h1[” is not an XPath"),
        ("strip: //p[matches(., 'x')]", "is not an XPath"),
        ("find_string: a", "find_string has no replace_string behind it"),
        ("replace_string: a", "replace_string has no find_string before it"),
        ("replace_string(): a", "replace_string looks for nothing"),
        ("if_page_contains: //a", "if_page_contains has no single_page_link"),
        ("autodetect_on_failure: perhaps", "it must be yes or no"),
    ],
)
def test_what_is_not_honoured_is_told_with_its_line(line: str, message: str) -> None:
    rules, (problem,) = siterules.parse(f"# a comment\n\nbody: //main\n{line}\n", "site-rules/blatt.example.txt")
    assert (problem.key, problem.line) == ("site-rules/blatt.example.txt", 4)
    assert message in problem.message
    assert rules == ArticleRules(body=("xpath://main",))


def test_a_hint_says_what_was_meant() -> None:
    (problem,) = siterules.parse("strip_id_or_clas: x", "x.txt")[1]
    assert problem.hint == "did you mean strip_id_or_class?"


def test_every_line_of_a_file_is_a_rule_without_effect_or_told() -> None:
    known = {*siterules.WITHOUT_EFFECT, "test", "title", "find_string"}
    for name in known:
        assert notes(f"{name}: x\nreplace_string: y") in (
            [],
            [(2, "replace_string has no find_string before it; it is left out")],
        )


def test_a_text_is_replaced_by_nothing_and_may_hold_colons() -> None:
    rules, problems = siterules.parse(
        'replace_string(<a href="http://a.example/">): <b>\nreplace_string(weg):\nfind_string: c\nreplace_string:\n',
        "x",
    )
    assert problems == ()
    assert rules.replace == (('<a href="http://a.example/">', "<b>"), ("weg", ""), ("c", ""))


def test_json_ld_that_a_file_wants_to_be_skipped_is_not_read() -> None:
    ld = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2025-03-26"}</script>'
    rules, problems = siterules.parse("skip_json_ld: yes", "x.txt")
    assert problems == ()
    assert article(f"<h1>Akte kommt</h1>{ld}{TEXT}", ArticleRules()).published is not None
    assert article(f"<h1>Akte kommt</h1>{ld}{TEXT}", rules).published is None
    assert siterules.parse("skip_json_ld: no", "x.txt") == (ArticleRules(), ())


def test_a_file_that_wants_no_automatic_reading_requires_its_rules() -> None:
    rules, _ = siterules.parse("body: //main\nautodetect_on_failure: no", "x.txt")
    assert rules.required == ("body",)
    assert siterules.parse("body: //main\nautodetect_on_failure: yes", "x.txt")[0].required == ()


@pytest.mark.parametrize("link", ["//a[@id='all']/@href", "//a[@id='all']", "concat('/druck', substring('/x', 1))"])
def test_a_link_with_a_condition_holds_only_where_it_is_met(link: str) -> None:
    rules, problems = siterules.parse(f"single_page_link: {link}\nif_page_contains: //div[@class='pager']", "x.txt")
    assert problems == ()
    anchor = "<a id='all' href='/druck/x'>Alles auf einer Seite</a>"
    pager = "<div class='pager'><a href='?page=2'>2</a></div>"
    assert (
        article(f"<h1>Akte kommt</h1>{TEXT}{anchor}{pager}", rules).single_page == "https://www.blatt.example/druck/x"
    )
    assert article(f"<h1>Akte kommt</h1>{TEXT}{anchor}", rules).single_page is None


def test_global_rules_come_behind_those_of_a_host() -> None:
    own, everywhere = ArticleRules(title=("a",), strip=("b",)), ArticleRules(title=("c", "a"), strip=("d",))
    assert siterules.merged(own, everywhere) == ArticleRules(title=("a", "c"), strip=("b", "d"))
    alone = ArticleRules(title=("a",), required=("title",))
    assert siterules.merged(alone, everywhere) == alone


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("www.example.org", ("example.org.txt", ".org.txt")),
        ("example.org", ("example.org.txt", ".org.txt")),
        ("Sport.Example.org.", ("sport.example.org.txt", ".example.org.txt")),
        ("a.b.example.org", ("a.b.example.org.txt", ".b.example.org.txt")),
        ("localhost", ("localhost.txt",)),
        ("", ()),
    ],
)
def test_a_hosts_file_is_named_as_that_tool_names_it(host: str, names: tuple[str, ...]) -> None:
    assert siterules.names(host) == names


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.builds(
            "{}{}: {}".format,
            st.sampled_from(
                ["title", "body", "strip", "find_string", "replace_string", "if_page_contains", "tidy", "x"]
            ),
            st.sampled_from(["", "(a)", "(", "()"]),
            st.text(max_size=12) | st.sampled_from(["//a", "//a[", "concat('a', 'b')", "'", '//*[@class="x"]']),
        )
        | st.text(max_size=30),
        max_size=8,
    ).map("\n".join)
)
def test_whatever_a_file_holds_it_is_read(file: str) -> None:
    rules, problems = siterules.parse(file, "x.txt")
    assert all(problem.line and "\n" not in problem.message for problem in problems)
    article(f"<h1>Akte kommt</h1>{TEXT}", ArticleRules(**{**_texts(rules), "required": ()}))  # type: ignore[arg-type]


def _texts(rules: ArticleRules) -> dict[str, tuple[object, ...]]:
    return {name: getattr(rules, name) for name in ArticleRules.__dataclass_fields__}


# ---- what the rules do on a page -------------------------------------------------------------------------------------


def article(body: str, rules: ArticleRules) -> Article:
    page = f"<html lang='de'><head><title>Akte kommt</title></head><body>{body}</body></html>"
    source = Source(id="x", url=URL, article_rules=rules)
    return extract.article(Page(url=URL, final_url=URL, body=page.encode()), None, source)


def test_title_and_date_are_read_although_they_are_stripped() -> None:
    rules, _ = siterules.parse(
        "title: //h2\ndate: //p[@class='d']\nbody: //div[@id='b']\nstrip: //h2\nstrip_id_or_class: d\n"
        "strip: //p/sup\nstrip_image_src: pixel\nreplace_string(<x>): <p>",
        "x.txt",
    )
    found = article(
        f"<div id='b'><h2>Akte kommt in alle Ämter</h2><p class='d'>05.03.2024</p><img src='/pixel/1.jpg'>{TEXT}"
        f"<x>Der Schluss<sup>1</sup> ist ein ganzer Satz.</div>",
        rules,
    )
    assert found.headline == "Akte kommt in alle Ämter"
    assert found.published is not None
    assert (found.body_text or "").splitlines()[0].startswith("Absatz 1")
    assert (found.body_text or "").splitlines()[-1] == "Der Schluss ist ein ganzer Satz."
    assert found.image is None


def test_a_body_that_is_found_in_several_places_is_all_of_them() -> None:
    rules, _ = siterules.parse("body: //div[@class='nie']\nbody: //div[@class='t']", "x.txt")
    found = article(f"<h1>Akte</h1><div class='t'>{TEXT}</div><div>Nein</div><div class='t'><p>Ende</p></div>", rules)
    assert (found.body_text or "").splitlines()[-1] == "Ende"


# ---- in the configuration --------------------------------------------------------------------------------------------


def configured(place: Path, text: str, **files: str) -> Path:
    (place / "site-rules").mkdir(exist_ok=True)
    for name, content in files.items():
        (place / "site-rules" / name.replace("__", ".")).write_text(content, encoding="utf-8")
    (place / "config.toml").write_text(f'[extract]\nsite_rules = "site-rules"\n{text}', encoding="utf-8")
    return place / "config.toml"


def source(name: str, host: str, more: str = "") -> str:
    return f'[[source]]\nid = "{name}"\nurl = "https://{host}/feed"\n{more}'


def rules_of(path: Path) -> dict[str, tuple[str, ...]]:
    return {one.id: one.article_rules.body for one in config.load(path).sources}


def test_each_source_takes_the_file_of_its_host(tmp_path: Path) -> None:
    text = "".join(
        source(name, host)
        for name, host in [
            ("a", "www.blatt.example"), ("b", "sport.blatt.example"), ("c", "rss.zeitung.example"), ("d", "other.test"),
        ]
    )  # fmt: skip
    files = {
        "blatt__example__txt": "body: //a", "__blatt__example__txt": "body: //b", "zeitung__example__txt": "body: //c",
    }  # fmt: skip
    assert rules_of(configured(tmp_path, text, **files)) == {
        "a": ("xpath://a",),
        "b": ("xpath://b",),
        "c": ("xpath://c",),
        "d": (),
    }


def test_global_rules_are_everybodys(tmp_path: Path) -> None:
    text = source("a", "a.example") + source("b", "b.example") + source("c", "c.example", 'site_rules = "none"')
    files = {"a__example__txt": "body: //a", "global__txt": "body: //g"}
    found = rules_of(configured(tmp_path, text, **files))
    assert found == {"a": ("xpath://a", "xpath://g"), "b": ("xpath://g",), "c": ()}


def test_a_source_or_its_profile_names_a_file_and_its_own_keys_win(tmp_path: Path) -> None:
    text = (
        '[profile.p]\nsite_rules = "shared.txt"\n[profile.p.article]\ntitle = "h1"\n'
        + source("a", "a.example", 'profile = "p"\n[source.article]\nbody = "main"\nstrip = []\n')
        + source("b", "b.example", 'profile = "p"\nsite_rules = "other.txt"\n')
    )
    files = {"shared__txt": "title: //t\nbody: //b\ndate: //d\nstrip: //s", "other__txt": "body: //o"}
    first, second = config.load(configured(tmp_path, text, **files)).sources
    assert first.article_rules == ArticleRules(title=("h1",), body=("main",), date=("xpath://d",))
    assert second.article_rules == ArticleRules(title=("h1",), body=("xpath://o",))


def test_check_tells_how_many_were_found_and_what_is_not_honoured(tmp_path: Path) -> None:
    files = {"a__example__txt": "body: //a\ndissolve: //a\n", "b__example__txt": "native_ad_clue: //x"}
    path = configured(tmp_path, source("a", "a.example"), **files)
    report = config.check(path)
    assert report.ok
    shown = str(report)
    assert "site rules: 1 file of 2 in site-rules, for 1 source" in shown
    assert "site-rules/a.example.txt:2: dissolve is not honoured" in shown
    assert report.notes == (Problem(key="site-rules/a.example.txt", line=2, message="dissolve is not honoured"),)
    assert report.as_json()["notes"] == [
        {"key": "site-rules/a.example.txt", "line": 2, "message": "dissolve is not honoured", "hint": None}
    ]
    assert report.effective is not None
    assert report.effective["source"][0]["site_rules"] == "a.example.txt"  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "key", "message", "hint"),
    [
        ('[extract]\nsite_rules = "nowhere"\n', "extract.site_rules", "there is no directory", None),
        (
            source("a", "a.example", 'site_rules = "a.exmple.txt"'),
            "source[0].site_rules",
            "there is no file",
            "a.example.txt?",
        ),
        ('[profile.p]\nsite_rules = "q"\n', "profile.p.site_rules", "there is no file", "none"),
    ],
)
def test_what_is_not_there_is_named(tmp_path: Path, text: str, key: str, message: str, hint: str | None) -> None:
    path = configured(tmp_path, "", a__example__txt="body: //a")
    start = "" if text.startswith("[extract]") else '[extract]\nsite_rules = "site-rules"\n'
    path.write_text(start + text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    (problem,) = caught.value.problems
    assert problem.key == key
    assert message in problem.message
    assert hint is None or hint in (problem.hint or "")


def test_an_edited_file_counts_when_the_configuration_is_read_again(tmp_path: Path) -> None:
    path = configured(tmp_path, source("a", "a.example"), a__example__txt="body: //a")
    before = config.load(path)
    (tmp_path / "site-rules" / "a.example.txt").write_text("body: //b", encoding="utf-8")
    assert config.load(path) != before


def test_old_files_in_other_encodings_are_read(tmp_path: Path) -> None:
    path = configured(tmp_path, source("a", "a.example"))
    (tmp_path / "site-rules" / "a.example.txt").write_bytes("body: //div[@id='für']".encode("cp1252"))
    assert rules_of(path) == {"a": ("xpath://div[@id='für']",)}


def test_try_reads_a_saved_page_by_the_rules_of_the_source_on_its_host(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = configured(tmp_path, source("a", "www.a.example"), a__example__txt="title: //h3")
    saved = tmp_path / "page.html"
    saved.write_text(f"<html><body><h1>Portal</h1><h3>Akte kommt</h3>{TEXT}</body></html>", encoding="utf-8")
    options = ["--config", str(path), "try", "--as", "article", "--html", str(saved)]
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    assert cli.execute([*options, "--url", "https://www.a.example/akte", "--json"]) == 0
    for number, handler in handlers.items():
        signal.signal(number, handler)
    assert "rule article.title “xpath://h3”" in capsys.readouterr().out
