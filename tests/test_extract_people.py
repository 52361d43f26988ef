"""Who wrote an article: what names a person, what names a house, and which of several places is believed."""

from __future__ import annotations

import json

import pytest

import feedsvc

TEXT = "".join(
    f"<p>Absatz {n}: Das Rechenzentrum des Landes zieht um, teilte das zuständige Ministerium am Freitag mit.</p>"
    for n in range(5)
)


def authors(byline: str = "", head: str = "", author: object = None) -> tuple[str, ...]:
    said = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Umzug", "author": author}
    block = f"<script type=application/ld+json>{json.dumps(said)}</script>" if author else ""
    page = (
        f"<!doctype html><html lang=de><head><title>Rechenzentrum zieht um</title>{head}{block}</head><body><main>"
        f"<h1>Rechenzentrum zieht um</h1>{byline}<article>{TEXT}</article></main></body></html>"
    )
    return feedsvc.extract_article(page.encode(), "https://amtsblatt.example/meldung/1").authors


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("<p class=byline>Von Erika Muster</p>", ("Erika Muster",)),
        ("<p class=byline>Von Erika Muster und Bert Beispiel</p>", ("Erika Muster", "Bert Beispiel")),
        ("<p class=byline>Erika Muster, Chefredakteurin</p>", ("Erika Muster",)),
        ("<p class=byline>Erika Muster Senior Editor</p>", ("Erika Muster",)),
        ("<p class=byline>Dr. Erika Muster | 26.04.2024</p>", ("Dr. Erika Muster",)),
        ("<p class=byline>Geschrieben von Erika von der Muster am 26. April 2024</p>", ("Erika von der Muster",)),
        ("<p><span>Von Erika Muster</span><span>26.04.2024, 10:12</span></p>", ("Erika Muster",)),
        ("<p class=meta><time>26. April 2024</time> – Interview: Erika Muster</p>", ("Erika Muster",)),
        ("<figure><img src=a.jpg><figcaption>Brücke <span class=author>A. Fremd</span></figcaption></figure>", ()),
        ("<img src=a.jpg><p>Vom Karteikasten in die Leitung: Nachweise wandern künftig von Amt zu Amt.</p>", ()),
        ("<p>26.04.2024 · Lesezeit 3 Minuten</p>", ()),
    ],
)
def test_the_byline_at_the_headline_names_them(byline: str, expected: tuple[str, ...]) -> None:
    assert authors(byline) == expected


def test_a_byline_that_names_more_is_believed_over_what_is_stated() -> None:
    byline = "<p class=byline>Von Erika Muster und Bert Beispiel</p>"
    assert authors(byline, author={"@type": "Person", "name": "Erika Muster"}) == ("Erika Muster", "Bert Beispiel")


def test_what_is_stated_is_believed_over_a_byline_that_names_somebody_else() -> None:
    byline = "<p class=byline>Von Carla Fremd</p>"
    assert authors(byline, author={"@type": "Person", "name": "Erika Muster"}) == ("Erika Muster",)


@pytest.mark.parametrize("login", ["erika.muster", "redaktion-amtsblatt", "wordpressadmin", "admin"])
def test_an_account_is_no_author(login: str) -> None:
    assert authors(author={"@type": "Person", "name": login}) == ()
    byline = "<p class=byline>Von Erika Muster</p>"
    assert authors(byline, author={"@type": "Person", "name": login}) == ("Erika Muster",)


@pytest.mark.parametrize("house", ["amtsblatt.example.de", "Amtsblatt Verlag GmbH", "Freunde des Landes e.V."])
def test_a_house_in_a_meta_element_is_the_publisher_and_no_author(house: str) -> None:
    assert authors(head=f"<meta name=author content='{house}'>") == ()


def test_a_house_that_is_stated_as_the_author_is_one() -> None:
    assert authors(author={"@type": "Organization", "name": "Ministerium des Innern"}) == ("Ministerium des Innern",)
