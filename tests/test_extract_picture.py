"""An article's picture: which one it is, and its caption and credit in the many forms pages give them."""

from __future__ import annotations

import pytest

import feedsvc
from feedsvc.model import Image

URL = "https://www.amtsblatt.example/meldungen/bruecke.html"
TEXT = (
    "<p>Die neue Brücke über den Mühlbach ist fertig, am Samstag hat der Bürgermeister sie für alle freigegeben.</p>"
    "<p>Die Bauarbeiten hatten im August begonnen und kosteten 64.000 Euro, davon zahlte das Land fast die Hälfte.</p>"
    "<p>Im nächsten Jahr soll auch der Weg entlang des Baches erneuert werden, teilte die Gemeinde am Montag mit.</p>"
)
OPENING = "<p>Am Anfang stand ein Antrag aus dem Ortsrat, über den im Frühjahr des Vorjahres lange beraten wurde.</p>"
CAPTION = "Zur Eröffnung spielte der Musikverein des Ortes."
BRIDGE = "<img src=/bruecke.jpg alt=Brücke>"


def read(above: str = "", below: str = "", inside: str = "", head: str = "") -> feedsvc.Article:
    return feedsvc.extract_article(
        f"<html lang=de><head><title>Neue Brücke ist fertig</title>{head}</head><body><header><nav><a href=/>Start</a>"
        f"<a href=/rathaus>Rathaus</a></nav></header><main><article><header>{above}<h1>Neue Brücke ist fertig</h1>"
        f"{below}</header><div class=text>{inside}{TEXT}</div></article></main></body></html>".encode(),
        URL,
    )


def image(article: feedsvc.Article) -> Image:
    assert article.image is not None
    return article.image


FORMS = {
    "label and value in lines of their own": (
        f"<div class=media>{BRIDGE}<div class=bildunterschrift>{CAPTION}</div><div class=copyright>"
        "<div>Copyright</div><div>Gemeinde / A. Muster</div></div></div>",
        "Gemeinde / A. Muster",
    ),
    "label and name in spans": (
        f"<figure>{BRIDGE}<figcaption><span>{CAPTION}</span><span><span>Credit...</span><span>Anna Muster</span></span>"
        "</figcaption></figure>",
        "Anna Muster",
    ),
    "a slash in a span": (
        f"<figure>{BRIDGE}<figcaption>{CAPTION} <span>/ A. Muster</span></figcaption></figure>",
        "A. Muster",
    ),
    "a span named so": (
        f"<figure>{BRIDGE}<figcaption>{CAPTION} <span class=x-photographer>Anna Muster</span></figcaption></figure>",
        "Anna Muster",
    ),
    "a slash behind the sentence, and buttons": (
        f"<div class=media>{BRIDGE}<div class=caption><p>{CAPTION} / Gemeinde/A. Muster</p><a href=#>Download</a></div>"
        "</div>",
        "Gemeinde/A. Muster",
    ),
    "a row of a table below": (f"<table><tr><td>{BRIDGE}</td></tr><tr><td><i>{CAPTION}</i></td></tr></table>", None),
    "in italics behind a break": (f"<p>{BRIDGE}<br><em>{CAPTION}</em></p>", None),
    "a box below": (f"<div class=slide>{BRIDGE}<div>{CAPTION}</div></div>", None),
    "a paragraph with a name of its own": (f"<div><a href=/gross>{BRIDGE}</a><p class=klein>{CAPTION}</p></div>", None),
    "a caption beside a figure in its box": (
        f"<div class=media><figure><picture>{BRIDGE}</picture></figure><div class=caption><p>{CAPTION}</p></div></div>",
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("markup", "credit"), FORMS.values(), ids=FORMS)
def test_caption_and_credit_are_read_in_any_form_and_never_text(markup: str, credit: str | None) -> None:
    article = read(below=markup)
    assert (image(article).caption, image(article).credit) == (CAPTION, credit)
    inside = read(inside=f"{OPENING}{markup}")
    assert CAPTION not in (inside.body_text or "")
    assert f"<figcaption>{CAPTION}" in (inside.body_html or "")


def test_a_plain_paragraph_beside_a_picture_is_text() -> None:
    article = read(inside=f"<div class=spalte>{BRIDGE}<p>{CAPTION}</p></div>")
    assert CAPTION in (article.body_text or "")


def test_a_picture_above_the_headline_in_the_articles_own_box_is_its_picture() -> None:
    assert image(read(above=BRIDGE + "<p>Verkehr</p>", inside="<p><img src=/spaeter.jpg></p>")).url == (
        "https://www.amtsblatt.example/bruecke.jpg"
    )


NONE = {
    "a sign that leads to the front page": "<a href=/><img src=/kopf.jpg></a>",
    "a drawing": "<img src=/muster.svg>",
    "a banner by its file's name": "<img src=/940x80-kopf.jpg>",
    "a sign by its alt": "<img src=/kopf.jpg alt='Gemeinde Logo'>",
    "a small one": "<img src=/kopf.jpg width=40 height=40>",
}


@pytest.mark.parametrize("above", NONE.values(), ids=NONE)
def test_what_decorates_the_headline_is_not_its_picture(above: str) -> None:
    assert image(read(above=above, below=BRIDGE)).url == "https://www.amtsblatt.example/bruecke.jpg"


@pytest.mark.parametrize(
    "portrait",
    [
        "<div><img src=/anna.jpg><div><div>Anna Muster</div><div>8. April 2025 · 4 Min. Lesezeit</div></div></div>",
        "<div><img src=/anna.jpg><span>Von Anna Muster</span></div>",
        "<div><img src=/anna.jpg class='h-10 w-10 rounded-full'></div>",
        "<p>Sie sind Besucher Nr. <img src=/cgi-bin/counter.gif alt=018233></p>",
    ],
)
def test_a_portrait_at_the_byline_or_a_counter_is_not_the_articles_picture(portrait: str) -> None:
    assert image(read(below=portrait + f"<div>{BRIDGE}</div>")).url == "https://www.amtsblatt.example/bruecke.jpg"


def test_what_the_head_says_of_the_picture_that_is_shown_completes_it() -> None:
    said = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Neue Brücke ist fertig","image":'
        '{"@type":"ImageObject","url":"https://www.amtsblatt.example/bruecke.jpg","caption":"Eine Brücke"}}</script>'
    )
    assert image(read(below=BRIDGE, head=said)).caption == "Eine Brücke"
