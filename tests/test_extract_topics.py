"""The labels a page files its article under: where they may stand, and what is no label."""

from __future__ import annotations

import pytest

import feedsvc

TEXT = (
    "<p>Das Rechenzentrum des Landes zieht um, teilte das Ministerium am Freitag in Hannover mit.</p>"
    "<p>Der Umzug soll im Herbst beginnen und zwei Jahre dauern, heißt es in der Mitteilung weiter.</p>"
    "<p>Die Open-Source-Strategie des Landes sieht vor, dass alle Verfahren bis dahin umgestellt sind.</p>"
)


def labels(foot: str, head: str = "", before: str = "") -> tuple[str, ...]:
    page = (
        f"<!doctype html><html lang=de><head><title>Rechenzentrum zieht um</title>{head}</head><body>"
        "<nav><a href=/politik>Politik</a> <a href=/technik>Technik</a></nav>"
        f"<main>{before}<h1>Rechenzentrum zieht um</h1><article>{TEXT}</article>{foot}</main>"
        "<footer><a href=/impressum>Impressum</a></footer></body></html>"
    )
    return feedsvc.extract_article(page.encode(), "https://amtsblatt.example/meldung/1").categories


@pytest.mark.parametrize(
    "foot",
    [
        "<ul class=tag-list><li><a href=/a>Rechenzentrum</a></li><li><a href=/b>Open Source</a></li></ul>",
        "<ul><li><a rel=tag href=/a>Rechenzentrum</a></li><li><a rel=tag href=/b>Open Source</a></li></ul>",
        "<div><a href=/thema/a>Rechenzentrum</a><br><a href=/thema/b>Open Source</a></div>",
        "<ul class=x7><li class=y><a href=/a>Rechenzentrum</a></li><li class=y><a href=/b>Open Source</a></li></ul>",
        "<nav><ul class=tags><li><a href=/a>Rechenzentrum</a></li><li><a href=/b>Open Source</a></li></ul></nav>",
        "<p><a class=link-category href=/a>Rechenzentrum</a>, <a class=link-category href=/b>Open Source</a></p>",
        "<p>Abgelegt unter: Rechenzentrum, Open Source</p>",
        "<dl><dt>Rubrik:</dt><dd>Rechenzentrum, Open Source</dd></dl>",
        "<p>Schlagwörter: <a href=/a>Rechenzentrum</a>, <a href=/b>Open Source</a></p>",
    ],
    ids=[
        "named",
        "marked",
        "by address",
        "by the text",
        "named in a nav",
        "links",
        "said",
        "said before",
        "said of links",
    ],
)
def test_a_list_of_labels_at_the_foot_is_read_in_any_markup(foot: str) -> None:
    assert labels(foot) == ("Rechenzentrum", "Open Source")


@pytest.mark.parametrize(
    "foot",
    [
        "<ul><li><a href=/start>Startseite</a></li><li><a href=/abo>Abonnement</a></li></ul>",
        "<nav><ul><li><a href=/a>Rechenzentrum</a></li><li><a href=/b>Hannover</a></li></ul></nav>",
        "<ul><li><a href=/drucken>Drucken</a></li><li><a href=/teilen>Teilen</a></li></ul>",
    ],
    ids=["a menu", "a nav", "buttons"],
)
def test_a_list_of_links_that_the_text_does_not_speak_of_is_no_list_of_labels(foot: str) -> None:
    assert labels(foot) == ()


@pytest.mark.parametrize(
    "before",
    ["<p class=news-list-category>Kultur</p>", "<div class=kategorie><a href=/k>Kultur</a></div>"],
)
def test_the_category_above_the_headline_is_read(before: str) -> None:
    assert labels("", before=before) == ("Kultur",)


def test_the_category_beside_the_date_is_read_without_it() -> None:
    assert labels("<p><time>11.03.2024</time> <span class=news-category>Kultur</span></p>") == ("Kultur",)


def test_a_posts_own_box_that_is_named_by_its_category_is_no_label() -> None:
    assert labels("<div class='post category-kultur'><p>Mehr davon steht im Amtsblatt vom Montag.</p></div>") == ()


def test_a_cloud_of_all_tags_is_not_taken_for_the_articles() -> None:
    cloud = "".join(f"<a rel=tag href=/tag/{n}>Thema {n}</a> " for n in range(40))
    own = "<p class=filed>Abgelegt: <a rel=tag href=/tag/x>Verwaltung</a></p>"
    assert labels(f"{own}<aside>{cloud}</aside>") == ("Verwaltung",)
    assert labels(f"<aside>{cloud}</aside>") == ()


def test_sections_in_one_value_are_parted() -> None:
    assert labels("", head="<meta property='article:section' content='Politik,Technik'>") == ("Politik", "Technik")


def test_an_author_is_no_label() -> None:
    head = "<meta name=author content='Erika Muster'>"
    foot = "<ul class=tags><li><a href=/a>Umzug</a></li><li><a href=/autor>Erika Muster</a></li></ul>"
    assert labels(foot, head=head) == ("Umzug",)
