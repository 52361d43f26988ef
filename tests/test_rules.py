"""Rules as TOML gives them: every form of them on a page, and what is said of those that cannot be used."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import feedsvc
from feedsvc import extract, html, rules
from feedsvc.errors import ConfigError, ContentError
from feedsvc.model import ArticleRules, ListRules, Page, Problem, Source

URL = "https://portal.example/news/"
PAGE = """
<html lang="de-AT"><head><title>Haushalt beschlossen | Portal</title><meta name="author" content="Anna Muster"></head>
<body><h1><span>Bayern</span>Haushalt beschlossen</h1><p class="lead"><b>[05.03.2024]</b> Der Rat hat <i>heute</i>
beschlossen.</p><ul><li><a href="/a" data-day="2024-03-05">Eins</a></li><li><a href="/b">Zwei</a></li></ul>
<script>var day = "06.03.2024";</script></body></html>
"""


def tree() -> html.Tree:
    return html.parse(Page(url=URL, final_url=URL, body=PAGE.encode()))


# ---- the forms of a rule ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("h1", ["BayernHaushalt beschlossen"]),
        ("h1::text", ["Haushalt beschlossen"]),
        ("h1 ::text", ["Haushalt beschlossen"]),
        ("p.lead::text", ["Der Rat hat beschlossen."]),
        ("li a@href", ["/a", "/b"]),
        ("li a @data-day", ["2024-03-05"]),
        ("a[href$='/a']@href", ["/a"]),
        ("html@lang", ["de-AT"]),
        ("meta[name=author]", ["Anna Muster"]),
        ("meta[name=author]@content", ["Anna Muster"]),
        ("title", ["Haushalt beschlossen | Portal"]),
        (r"title =~ ^(.+?) \|", ["Haushalt beschlossen"]),
        (r"p.lead =~ \[.+?\]", ["[05.03.2024]"]),
        (r"p.lead =~ \[(.+?)\]", ["05.03.2024"]),
        (r"p.lead =~ (?:Stand (\S+)|\[(.+?)\])", ["05.03.2024"]),
        (r"li a@href =~ \w+", ["a", "b"]),
        (r"ul =~ Eins|Zwei", ["Eins", "Zwei"]),
        (r"h1::text =~ ^\w+", ["Haushalt"]),
        (r'script =~ day = "(.+?)"', ["06.03.2024"]),
        ("p =~ gibt es nicht", []),
        ("xpath://h1/text()", ["Haushalt beschlossen"]),
        ("xpath://h1/text()[2]", []),
        ("xpath://li/a/@href", ["/a", "/b"]),
        ("xpath:string(//title)", ["Haushalt beschlossen | Portal"]),
        (r"xpath://p =~ \[(.+?)\]", ["05.03.2024"]),
        ("xpath://p[re:test(., '^\\[')]/b", ["[05.03.2024]"]),
    ],
)
def test_a_rule_finds_texts_attributes_and_what_an_expression_keeps(rule: str, found: list[str]) -> None:
    assert tree().values(rule) == found


def test_elements_are_chosen_by_their_attributes_and_texts_too() -> None:
    page = tree()
    assert [e.get("href") for e in page.select("a@data-day")] == ["/a"]
    assert [e.tag for e in page.select("li =~ Zwei")] == ["li"]
    assert page.select("li =~ Drei") == []


def test_an_expression_that_hangs_is_an_error_of_the_rule_within_a_second() -> None:
    page = html.parse(Page(url=URL, final_url=URL, body=f"<p>{'a' * 200}!</p>".encode()))
    with pytest.raises(ContentError, match="takes too long") as caught:
        page.values("p =~ ^(?:a|a|aa)+$")
    assert caught.value.kind == "rule"


# ---- what is said of a rule that cannot be used ----------------------------------------------------------------------

WRONG = [
    ("//h1", "not a CSS selector", "did you mean xpath://h1?"),
    ("./h1", "not a CSS selector", "did you mean xpath:./h1?"),
    ("h1/text()", "not a CSS selector", "did you mean xpath://h1/text()?"),
    ("a/@href", "not a CSS selector", "did you mean xpath://a/@href?"),
    ("div/h1", "not a CSS selector", "did you mean div > h1?"),
    ("a::attr(href)", "not a CSS selector", "did you mean a@href?"),
    ("p:contains('x')", "not a CSS selector", "did you mean p:-soup-contains('x')?"),
    ("p:has-text(x)", "not a CSS selector", "did you mean p:-soup-contains(x)?"),
    ("li:first", "not a CSS selector", ":first is jQuery's"),
    ("li:eq(2)", "not a CSS selector", ":nth-of-type(2)"),
    ("p::before", "not a CSS selector", "::text only"),
    ("a@href b", "not a CSS selector", 'an attribute stands at the end: "a.next@href"'),
    ("div[class=a b]", "not a CSS selector", '[class="a b"]'),
    ("#1a", "not a CSS selector", '[id="1a"]'),
    (".2col p", "not a CSS selector", '[class="2col"]'),
    ("div..x", "not a CSS selector", "a name is missing"),
    ("h1, ", "not a CSS selector", "leave the last comma out"),
    ("p:has(b", "not a CSS selector", "a ) is missing"),
    ("css:h1", "not a CSS selector", "behind xpath:"),
    ("h1 =~", "no regular expression", None),
    ("=~ x", "not a CSS selector", "write a selector before it"),
    ("h1 =~ (a", "not a regular expression", "a ) is missing"),
    ("h1 =~ a)", "not a regular expression", "a ) is too many"),
    ("h1 =~ *a", "not a regular expression", "did you mean .*a?"),
    ("h1 =~ /[/", "not a regular expression", "without the slashes"),
    ("xpath:", "not an XPath", "write an XPath behind it"),
    ("xpath://h1[", "not an XPath", "a ] is missing"),
    ("xpath://h1[@class='a]", "not an XPath", "a quotation mark is not closed"),
    ("xpath://h1/tex()", "not an XPath", "spelled exactly"),
    ("xpath://p[matches(., 'a')]", "not an XPath", "re:test()"),
    ("xpath:div.lead", "no element is called div.lead", "did you mean the CSS div.lead?"),
]


@pytest.mark.parametrize(("rule", "message", "hint"), WRONG)
def test_a_broken_rule_is_named_with_what_is_wrong_and_what_was_meant(
    rule: str, message: str, hint: str | None
) -> None:
    (problem,) = _problems({"title": ["h1", rule]})
    assert problem.key == "article.title[1]"
    assert f"“{rule}”" in problem.message
    assert message in problem.message
    assert "\n" not in str(problem)
    assert (hint is None) or (hint in (problem.hint or "")), problem.hint


def _problems(table: dict[str, Any], *, of: str = "article") -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        rules.article(table) if of == "article" else rules.listing(table)
    return caught.value.problems


@pytest.mark.parametrize(
    ("table", "key", "message", "hint"),
    [
        ({"headline": "h1"}, "article.headline", "unknown key", "did you mean title?"),
        ({"Published": "time"}, "article.Published", "unknown key", "did you mean date?"),
        ({"bodi": "main"}, "article.bodi", "unknown key", "did you mean body?"),
        ({"zzz": "h1"}, "article.zzz", "unknown key", "known: title, kicker, date"),
        ({"title": 3}, "article.title", "must be a text or a list of texts", '["h1.title", "h1"]'),
        ({"title": ["h1", 3]}, "article.title", "must be a text or a list of texts", None),
        ({"title": " "}, "article.title", "must not be empty", "leave the key out"),
        ({"title": {"css": "h1"}}, "article.title", "must be a text or a list of texts", None),
        ({"remove": "xpath://p/@class"}, "article.remove", "finds texts", "did you mean xpath://p?"),
        ({"strip": "xpath://p/@id"}, "article.strip", "finds texts", "did you mean xpath://p?"),
        ({"required": "titel"}, "article.required", "no key that can be required", "did you mean title?"),
        ({"replace": ["a", "b"]}, "article.replace", "pairs", '["<noscript>", "<div>"]'),
        ({"replace": [["", "b"]]}, "article.replace", "empty text", None),
    ],
)
def test_a_broken_key_is_named_with_what_is_wrong_and_what_was_meant(
    table: dict[str, Any], key: str, message: str, hint: str | None
) -> None:
    (problem,) = _problems(table)
    assert problem.key == key
    assert message in problem.message
    assert (hint is None) or (hint in (problem.hint or ""))


def test_all_problems_are_told_at_once() -> None:
    found = _problems({"item": "[", "link": ["a", "xpath:["], "include": "(", "titel": "h1"}, of="list")
    assert [problem.key for problem in found] == ["list.item", "list.link[1]", "list.include", "list.titel"]


def test_the_public_functions_name_the_rule() -> None:
    with pytest.raises(feedsvc.ConfigError, match=r"article\.title: “//h1” is not a CSS selector.*xpath://h1"):
        feedsvc.extract_article(PAGE.encode(), URL, rules={"title": "//h1"})
    with pytest.raises(feedsvc.ConfigError, match=r"list\.items: .*did you mean item\?"):
        feedsvc.find_leads(PAGE.encode(), URL, rules={"item": "li:first", "items": "li"})


def test_rules_are_values() -> None:
    assert rules.article({"title": "h1", "remove": ["a", "b"]}) == ArticleRules(title=("h1",), remove=("a", "b"))
    assert rules.listing({"item": "li"}) == ListRules(item=("li",))
    assert rules.article({"replace": [["a", ""]]}).replace == (("a", ""),)


# ---- the rules of an article -----------------------------------------------------------------------------------------

TEXT = "".join(
    f"<p>Absatz {n} sagt in einem ganzen Satz, was der Rat beschlossen hat, und nennt die Gründe dafür.</p>"
    for n in range(1, 5)
)


def article(markup: str, head: str = "", /, **given: object) -> feedsvc.Article:
    page = f"<html lang='de'><head>{head}</head><body>{markup}</body></html>"
    return feedsvc.extract_article(page.encode(), URL, rules=given)


@pytest.mark.parametrize(
    ("heading", "given", "title"),
    [
        (
            "<h1><span>Bayern</span>Haushalt steht</h1>",
            {"title": "h1", "kicker": "h1 > span"},
            "Bayern: Haushalt steht",
        ),
        (
            "<h1><span>Bayern:</span> Haushalt steht</h1>",
            {"title": "h1", "kicker": "h1 > span"},
            "Bayern: Haushalt steht",
        ),
        ("<h1>Haushalt steht <i>Bayern</i></h1>", {"title": "h1", "kicker": "h1 > i"}, "Bayern: Haushalt steht"),
        ("<h1>BayernHaushalt steht</h1>", {"title": "h1", "kicker": "h1 =~ ^(.+?)Haus"}, "Bayern: Haushalt steht"),
        ("<h1>BayernHaushalt steht</h1>", {"title": "title", "kicker": "h1"}, "Bayern: Haushalt steht"),
        ("<h1><b>Bayern</b>Haushalt steht</h1>", {"title": "h1::text", "kicker": "h1 b"}, "Bayern: Haushalt steht"),
        ("<h1><b>Bayern</b>Haushalt steht</h1>", {"title": "h1"}, "Bayern: Haushalt steht"),
        ("<b>Bayern</b><h1>Bayern beschließt</h1>", {"title": "h1", "kicker": "b"}, "Bayern: Bayern beschließt"),
        ("<h1>Haushalt steht</h1>", {"title": "h1", "kicker": "h1"}, "Haushalt steht"),
    ],
)
def test_kicker_and_headline_are_parted_however_they_are_found(heading: str, given: dict[str, str], title: str) -> None:
    found = article(heading + TEXT, "<title>Haushalt steht</title>", **given)
    assert found.title == title


def test_a_body_of_several_boxes_is_read_in_page_order_without_what_other_rules_read() -> None:
    page = (
        f"<h1>Haushalt</h1><div class='t'><p>Kurz.</p><p>Von <i>Anna Muster</i> verfasst, und dann noch mehr.</p></div>"
        f"<div>{TEXT}</div><div class='t'><p class='l'>Der Anreißer steht mitten darin.</p><p>Schluss</p></div>"
    )
    found = article(page, body=".t", author=".t i", teaser=".l")
    assert found.body_text == "Kurz.\nVon verfasst, und dann noch mehr.\nSchluss"
    assert (found.authors, found.teaser) == (("Anna Muster",), "Der Anreißer steht mitten darin.")


def test_what_the_body_rule_names_is_text_even_inside_itself() -> None:
    box = "<div class='related'><p>Kein Verweis, sondern ein Satz Text im Kasten.</p></div>"
    page = f"<h1>Haushalt</h1><div class='t'>{TEXT}{box}</div>"
    assert "Kasten" not in (article(page, body=".t").body_text or "")
    assert "Kasten" in (article(page, body=".t, .t .related").body_text or "")


def test_what_is_stripped_is_left_out_of_the_text_and_still_read() -> None:
    page = (
        f"<h1>Haushalt</h1><div class='t'><p class='d'>05.03.2024</p>{TEXT}<p>Ein Satz <sup>12</sup> mit einer Fußnote"
        f", die stört.</p><p>Lesen und staunen: ein langer Hinweis auf etwas anderes.</p></div>"
    )
    found = article(page, body=".t", date=".d", strip=[".d", "sup", "p =~ ^Lesen und"])
    assert (found.body_text or "").splitlines()[-1] == "Ein Satz mit einer Fußnote, die stört."
    assert found.published is not None
    assert "05.03." not in (found.body_text or "")


def test_bare_texts_are_removed_and_stripped() -> None:
    page = f"<h1>Haushalt</h1><div class='t'>{TEXT}<p>Weg <b>Bleibt</b> auch weg <i>in diesem Satz.</i></p></div>"
    for key in ("remove", "strip"):
        found = article(page, **{"body": ".t", key: "xpath://p/text()[contains(., 'eg')]"})
        assert (found.body_text or "").splitlines()[-1] == "Bleibt" + "in diesem Satz."


def test_a_body_rule_that_finds_only_furniture_leaves_the_page_to_itself() -> None:
    page = f"<h1>Haushalt</h1><div class='s'><a href='/t'>Teilen</a></div>{TEXT}"
    assert (article(page, body=".s").body_text or "").startswith("Absatz 1")


def test_what_holds_the_whole_text_is_not_stripped() -> None:
    page = f"<h1>Haushalt</h1><div class='with-comments'><div class='t'>{TEXT}</div></div>"
    assert article(page, body=".t", strip="[class*=comments]").body_text is not None


def test_language_access_and_the_last_edit_are_read_by_rule() -> None:
    page = f"<h1>Haushalt</h1><p class='c'>09.03.2024, 08:15 Uhr</p>{TEXT}<div class='abo'>Weiter mit Abo</div>"
    found = article(page, language="html@lang =~ ^..", updated=".c", paywall=".abo")
    assert (found.language, found.access) == ("de", "paywall")
    assert found.updated is not None
    assert found.updated.isoformat() == "2024-03-09T08:15:00+01:00"
    assert article(page, paywall=".nie").access is None


def test_a_required_rule_that_finds_nothing_is_an_error_that_names_it() -> None:
    with pytest.raises(ContentError, match=r"rule article\.body “\.nie” finds nothing") as caught:
        article(f"<h1>Haushalt</h1>{TEXT}", body=".nie", required=["title", "body"])
    assert caught.value.kind == "rule"
    assert article(f"<h1>Haushalt</h1>{TEXT}", body="p", required="body").headline == "Haushalt"


def test_replacing_in_the_source_comes_first_and_is_bounded() -> None:
    page = f"<h1>Haushalt</h1><noscript>{TEXT}</noscript>"
    shown = article(page, replace=[["<noscript>", "<div>"], ["</noscript>", "</div>"]])
    assert (shown.body_text or "").count("\n") == 3
    with pytest.raises(ContentError, match="too large"):
        article(f"<h1>Haushalt</h1>{TEXT}", replace=[["a", "a" * 10_000]] * 9)


def test_a_picture_by_rule_brings_its_own_caption() -> None:
    one, two = (
        f"<figure><img src='/{n}.jpg' alt='Alt {n}'><figcaption>Bild {n} (Foto: Bert {n})</figcaption></figure>"
        for n in (1, 2)
    )
    image = article(f"<h1>Haushalt</h1>{one}{TEXT}<div id='x'>{two}</div>", image="#x img").image
    assert image is not None
    assert (image.url, image.alt, image.caption, image.credit) == (f"{URL[:-6]}/2.jpg", "Alt 2", "Bild 2", "Bert 2")


@pytest.mark.parametrize(
    ("said", "authors"),
    [
        ("Von Anna Muster und Bert Beispiel", ("Anna Muster", "Bert Beispiel")),
        ("Anna Muster, Bert Beispiel", ("Anna Muster", "Bert Beispiel")),
        ("Stadt Köln, Presseamt", ("Stadt Köln, Presseamt",)),
        ("(kbu)", ("(kbu)",)),
    ],
)
def test_authors_are_parted_where_they_are_names(said: str, authors: tuple[str, ...]) -> None:
    assert article(f"<h1>Haushalt</h1><i class='a'>{said}</i>{TEXT}", author=".a").authors == authors


@pytest.mark.parametrize(
    ("markup", "rule"),
    [
        ("<p class='c'>Mehr: <a>IT</a> <a>Politik</a></p>", ".c"),
        ("<ul class='c'><li>IT</li><li>Politik</li></ul>", ".c"),
        ("<i class='c'>IT</i><i class='c'>Politik</i>", ".c"),
        ("<p class='c'>aus dem Bereich: IT, Politik.</p>", r".c =~ (?:: |, )(\w+)"),
        ("<p class='c' data-tags='IT,Politik'></p>", r".c@data-tags =~ [^,]+"),
    ],
)
def test_labels_are_parted(markup: str, rule: str) -> None:
    assert article(f"<h1>Haushalt</h1>{TEXT}{markup}", category=rule).categories == ("IT", "Politik")


def test_an_explanation_names_the_very_rule_that_gave_a_field() -> None:
    page = f"<html><body><h1>Haushalt</h1><i class='a'>Anna Muster</i>{TEXT}</body></html>"
    given = rules.article({"title": [".nie", "h1"], "author": ".a", "body": "p"})
    source = Source(id="x", url=URL, article_rules=given)
    _, findings = extract.explain(Page(url=URL, final_url=URL, body=page.encode()), None, source)
    told = {finding.field: finding.rule for finding in findings}
    assert told["headline"] == "rule article.title “h1”"
    assert told["authors"] == "rule article.author “.a”"
    assert told["body"] == "rule article.body “p”"


# ---- the rules of a listing ------------------------------------------------------------------------------------------


def test_a_listing_is_read_by_attributes_and_expressions() -> None:
    items = "".join(
        f"<li data-url='/m/{n}' data-img='/{n}.jpg'><b>Land {n}: Meldung Nummer {n}</b> vom {n:02}.03.2024 um 08:15 Uhr"
        for n in range(1, 4)
    )
    given = {
        "item": "li",
        "link": "li:scope@data-url",
        "title": "b =~ : (.+)",
        "kicker": "b =~ ^(.+?):",
        "date": "li:scope =~ vom (.+) Uhr",
        "image": "li:scope@data-img",
    }
    lead = feedsvc.find_leads(f"<html><body><ul>{items}</ul></body></html>".encode(), URL, rules=given)[1]
    assert (lead.url, lead.title) == ("https://portal.example/m/2", "Land 2: Meldung Nummer 2")
    assert lead.published is not None
    assert lead.published.isoformat() == "2024-03-02T08:15:00+01:00"
    assert lead.image is not None
    assert lead.image.url == "https://portal.example/2.jpg"


# ---- whatever is written ---------------------------------------------------------------------------------------------

_KEYS = [field.name for field in dataclasses.fields(ArticleRules)] + ["x", "item"]
_RULES = st.one_of(
    st.sampled_from([case[0] for case in WRONG]),
    st.sampled_from(["h1", "p::text", "a@href", "p =~ .", "p =~ (a)?", ":scope", "*", "html", "body", "head", "xpath:.",
                     "xpath://text()", "xpath:/", "xpath://@*", "xpath:1", "xpath:true()", "script", "* =~ .*", "=~"]),
    st.text(max_size=15),
)  # fmt: skip
_VALUES = (
    _RULES | st.lists(_RULES, max_size=3) | st.sampled_from([[["a", "b"]], [["<", ""]], {}, 1, None, [1], "title"])
)


@settings(max_examples=50, deadline=None)
@given(table=st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=5))
def test_whatever_the_rules_are_there_is_an_answer_or_an_error_of_ours(table: dict[str, object]) -> None:
    told = [_told(read, table) for read in (feedsvc.extract_article, feedsvc.find_leads)]
    assert all(line and "\n" not in line for lines in told for line in lines)


def _told(read: Callable[..., object], table: dict[str, object]) -> list[str]:
    try:
        read(PAGE.encode(), URL, rules=table)
    except ConfigError as error:
        return [str(problem) for problem in error.problems]
    except ContentError as error:
        return [error.message]
    return []
