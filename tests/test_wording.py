"""How German press pages word kickers, credits, datelines, bylines and what comes after an article."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc import dates, wording

SEED = Path(__file__).resolve().parents[2] / "shared" / "data" / "seed" / "expected.json"


def leading(lead: str) -> tuple[dates.Moment | None, str]:
    return wording.leading_date(lead, language="de", timezone="Europe/Berlin", now=None)


# ---- kicker and headline --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "kicker", "headline"),
    [
        ("Hessen: Zentrum geplant", "Hessen", "Zentrum geplant"),
        ("MPK: Mehr Schub für KI nötig", "MPK", "Mehr Schub für KI nötig"),
        ("D21-Digital-Index: Digitale Resilienz", "D21-Digital-Index", "Digitale Resilienz"),
        ("Bayern/Bund: Ein Masterthema", "Bayern/Bund", "Ein Masterthema"),
        ("Interview: „Wir sind: bereit“", "Interview", "„Wir sind: bereit“"),
        ("Bürger:innen: So geht es weiter", "Bürger:innen", "So geht es weiter"),
        ("Hessen:\u00a0Zentrum\u00a0geplant", "Hessen", "Zentrum geplant"),
        ("Kommunen (Teil 2): Der Haushalt", "Kommunen (Teil 2)", "Der Haushalt"),
        ("Bürger:innen reden mit", None, "Bürger:innen reden mit"),
        ("Beginn um 10:30 Uhr", None, "Beginn um 10:30 Uhr"),
        ("„Digital first: Der Plan“ vorgestellt", None, "„Digital first: Der Plan“ vorgestellt"),
        ("»Vorsicht: Falle« im Test", None, "»Vorsicht: Falle« im Test"),
        ('Das "Motto: Los" gilt', None, 'Das "Motto: Los" gilt'),
        ("Der Plan (kurz: P) steht", None, "Der Plan (kurz: P) steht"),
        ("x" * 61 + ": zu lang", None, "x" * 61 + ": zu lang"),
        (": ohne Dachzeile", None, ": ohne Dachzeile"),
        ("Ohne Titel:", None, "Ohne Titel:"),
        ("Teams für die Landesverwaltung", None, "Teams für die Landesverwaltung"),
        ("", None, ""),
    ],
)
def test_a_title_splits_at_the_first_colon_with_a_space_outside_quotes(
    title: str, kicker: str | None, headline: str
) -> None:
    assert wording.split_title(title) == (kicker, headline)


def test_joining_takes_no_empty_kicker_and_no_second_colon() -> None:
    assert wording.join_title("Hessen", "Zentrum") == "Hessen: Zentrum"
    assert wording.join_title("Hessen: ", "Zentrum") == "Hessen: Zentrum"
    assert wording.join_title(None, "Zentrum") == wording.join_title(" ", "Zentrum") == "Zentrum"


@given(title=st.text(max_size=120))
def test_splitting_and_joining_again_changes_nothing(title: str) -> None:
    kicker, headline = wording.split_title(title)
    if kicker is not None and not kicker.endswith(":"):
        assert wording.split_title(wording.join_title(kicker, headline)) == (kicker, headline)


@pytest.mark.parametrize(
    ("kicker", "parts"),
    [
        ("Bayern/Bund", ("Bayern", "Bund")),
        ("Initiative D21/DigitalService des Bundes/SPRIND", ("Initiative D21", "DigitalService des Bundes", "SPRIND")),
        ("Bayern / Bund", ("Bayern", "Bund")),
        ("D21-Digital-Index 2024/25", ("D21-Digital-Index 2024/25",)),
        ("Hessen", ("Hessen",)),
        ("Hessen/", ("Hessen",)),
        ("/", ()),
        ("", ()),
    ],
)
def test_a_kicker_parts_at_slashes_but_not_inside_years(kicker: str, parts: tuple[str, ...]) -> None:
    assert wording.kicker_parts(kicker) == parts


@pytest.mark.parametrize(
    ("kicker", "found"),
    [
        ("Bayern/Bund", ("Bayern",)),
        ("Schleswig-Holstein/Schweiz", ("Schleswig-Holstein",)),
        ("NRW/RLP", ("Nordrhein-Westfalen", "Rheinland-Pfalz")),
        ("Berlin und Brandenburg", ("Berlin", "Brandenburg")),
        ("Freistaat Sachsen", ("Sachsen",)),
        ("Sachsen-Anhalt", ("Sachsen-Anhalt",)),
        ("BADEN-WÜRTTEMBERG", ("Baden-Württemberg",)),
        ("BW", ("Baden-Württemberg",)),
        ("Bw", ()),
        ("Thüringen/Thüringen", ("Thüringen",)),
        ("Niedersachsens Minister", ()),
        ("D21", ()),
        ("", ()),
    ],
)
def test_laender_are_named_in_full_once_and_in_order(kicker: str, found: tuple[str, ...]) -> None:
    assert wording.laender(kicker) == found


def test_all_sixteen_laender_are_known() -> None:
    assert len(wording.LAENDER) == 16
    assert all(wording.laender(name) == (land,) for land, others in wording.LAENDER.items() for name in (land, *others))


# ---- credits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("(Bildquelle: D. Santana (TMDI))", "D. Santana (TMDI)"),
        ("(Bildquelle: D. Santana (TMDI)", "D. Santana (TMDI)"),
        ("Bildquelle: D. Santana (TMDI)", "D. Santana (TMDI)"),
        ("(Bildquelle: Ministerium für Inneres und Sport)", "Ministerium für Inneres und Sport"),
        ("(Bild: dpa)", "dpa"),
        ("[Bild: dpa]", "dpa"),
        ("(Foto: Anna Muster, 15.01.2022).", "Anna Muster, 15.01.2022"),
        ("Foto: Anna Muster", "Anna Muster"),
        ("FOTO: ANNA MUSTER", "ANNA MUSTER"),
        ("Fotos: Anna Muster/dpa", "Anna Muster/dpa"),
        ("Symbolfoto: dpa", "dpa"),
        ("Titelbild: Anna Muster", "Anna Muster"),
        ("Bildnachweis: Anna Muster", "Anna Muster"),
        ("Bildrechte: picture alliance/dpa | Anna Muster", "picture alliance/dpa | Anna Muster"),
        ("Bildautor: Anna Muster", "Anna Muster"),
        ("Fotograf: Anna Muster", "Anna Muster"),
        ("Bild/Foto: Anna Muster", "Anna Muster"),
        ("Grafik: Statistikamt", "Statistikamt"),
        ("© Anna Muster – stock.adobe.com", "Anna Muster – stock.adobe.com"),
        ("© 2018 Muster AG", "2018 Muster AG"),
        ("(c) Anna Muster", "Anna Muster"),
        ("©Foto: Pixabay/Muster", "Pixabay/Muster"),
        ("Bild: © Anna Muster", "Anna Muster"),
        ("Copyright © Anna Muster", "Anna Muster"),
        ("Copyright by Anna Muster", "Anna Muster"),
        ("| Bild: dpa", "dpa"),
        ("/ Foto: dpa", "dpa"),
        ("(Quelle: BMI)", "BMI"),
        ("Quelle: dpa", "dpa"),
        ("Photo: Jane Doe", "Jane Doe"),
        ("Photo by Jane Doe on Unsplash", "Jane Doe on Unsplash"),
        ("Foto von Anna Muster", "Anna Muster"),
        ("Muster / 123rf.com", "Muster / 123rf.com"),
        ("anna muster - stock.adobe.com", "anna muster - stock.adobe.com"),
        ("Muster/Shutterstock", "Muster/Shutterstock"),
        ("picture alliance / dpa", "picture alliance / dpa"),
        ("Getty Images", "Getty Images"),
        ("Gerda Muster/ Pixabay-Lizenz", "Gerda Muster/ Pixabay-Lizenz"),
    ],
)
def test_a_line_that_is_only_a_credit_gives_it_without_its_marker(line: str, credit: str) -> None:
    assert wording.credit(line) == credit


@pytest.mark.parametrize(
    "line",
    [
        "", "()", "Foto:", "(Bild: )", "Das Bild zeigt Staatssekretär Muster.", "Bildung: ein Überblick",
        "Fotografie in der Verwaltung", "Quelle der Freude", "Anna Muster", "Fotovoltaik: mehr Strom vom Dach",
        "Foto: Das Rathaus wurde saniert. Nun ziehen die Ämter ein und die Bürger freuen sich.",
        "Creditshelf: Neuer Vorstand", "Die Lösung läuft auf eigenen Servern", "Imagefilm: Die Stadt",
        "Foto: " + "x" * 300,
    ],
)  # fmt: skip
def test_what_is_not_wholly_a_credit_is_none(line: str) -> None:
    assert wording.credit(line) is None


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("Manke unterschreibt. (Bildquelle: D. Santana (TMDI))", "Manke unterschreibt.", "D. Santana (TMDI)"),
        ("Ein Rathaus am See (Bild: dpa)", "Ein Rathaus am See", "dpa"),
        ("Auch in Bad Ragaz (SG) liegt Schnee (Foto: A. Muster, 15.01.2022).",
         "Auch in Bad Ragaz (SG) liegt Schnee", "A. Muster, 15.01.2022"),
        ("Ein Rathaus | Bild: Anna Muster", "Ein Rathaus", "Anna Muster"),
        ("Ein Rathaus. Foto: Anna Muster/dpa", "Ein Rathaus.", "Anna Muster/dpa"),
        ("Ein RathausQuelle: Anna Muster/dpa", "Ein Rathaus", "Anna Muster/dpa"),
        ("Ein Rathaus. © Anna Muster", "Ein Rathaus.", "Anna Muster"),
        ("Ein Rathaus © DPA Images | Anna Muster", "Ein Rathaus", "DPA Images | Anna Muster"),
        ("Ein Hermelin. (muster / iStock.com)", "Ein Hermelin.", "muster / iStock.com"),
        ("Der Golf wurde umbenannt. Getty Images/Muster", "Der Golf wurde umbenannt.", "Getty Images/Muster"),
        ("(Bildquelle: D. Santana (TMDI))", None, "D. Santana (TMDI)"),
        ("Archivbild (16.08.2024): Gewalt im Landkreis.", "Archivbild (16.08.2024): Gewalt im Landkreis.", None),
        ("Ein Rathaus am See", "Ein Rathaus am See", None),
        (" \n ", None, None),
    ],
)  # fmt: skip
def test_a_credit_at_the_end_of_a_caption_is_told_apart(text: str, caption: str | None, credit: str | None) -> None:
    assert wording.split_credit(text) == (caption, credit)


# ---- date lines -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lead",
    [
        "[26.04.2024] Künftig wird Teams eingesetzt.", "(26.04.2024) Künftig wird Teams eingesetzt.",
        "26.04.2024 – Künftig wird Teams eingesetzt.", "26.04.2024 - Künftig wird Teams eingesetzt.",
        "26.04.2024: Künftig wird Teams eingesetzt.", "26.04.2024 Künftig wird Teams eingesetzt.",
        "26. April 2024 | Künftig wird Teams eingesetzt.", "26.04.2024, 08:15 Uhr | Künftig wird Teams eingesetzt.",
        "Fr., 26.04.2024 – Künftig wird Teams eingesetzt.", "Berlin, 26. April 2024 – Künftig wird Teams eingesetzt.",
        "Berlin, den 26.04.2024 – Künftig wird Teams eingesetzt.", "2024-04-26 | Künftig wird Teams eingesetzt.",
        "\n [26.04.2024]\n Künftig wird Teams eingesetzt.", "[ 26.4.24 ] Künftig wird Teams eingesetzt.",
    ],
)  # fmt: skip
def test_a_date_before_a_lead_is_taken_off(lead: str) -> None:
    moment, rest = leading(lead)
    assert moment is not None
    assert moment.at.date() == date(2024, 4, 26)
    assert rest == "Künftig wird Teams eingesetzt."


@pytest.mark.parametrize(
    "lead",
    [
        "2024/25 hat die Initiative ihre Studie vorgelegt.", "13.500 Arbeitsplätze werden umgestellt.",
        "2022 lag der Kompetenz-Index bei 60 von 100 Punkten.", "26.04.2024 war ein guter Tag.",
        "[Bonn] Künftig", "(dpa) Künftig", "[31.02.2024] Künftig", "12.-14. Mai 2024 - Der Kongress",
        "26. April – Der Tag",
        "Am 26.04.2024 beginnt die Messe.", "Künftig wird Teams eingesetzt.", "3.5.2024 bis 5.5.2024 – Messe", "",
    ],
)  # fmt: skip
def test_years_numbers_and_dates_in_a_sentence_are_no_date_line(lead: str) -> None:
    assert leading(lead) == (None, lead)


def test_a_date_line_may_be_all_there_is() -> None:
    moment, rest = leading("[26.04.2024]")
    assert moment is not None
    assert rest == ""


# ---- bylines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Von Anna Muster", ("Anna Muster",)),
        ("von Anna Muster", ("Anna Muster",)),
        ("VonAnna Muster", ("Anna Muster",)),
        ("Von Anna Muster und Bert Beispiel", ("Anna Muster", "Bert Beispiel")),
        ("Von Anna Muster, Bert Beispiel & Cem Öztürk", ("Anna Muster", "Bert Beispiel", "Cem Öztürk")),
        ("Von Anna Muster, Berlin", ("Anna Muster",)),
        ("Von Anna Muster, MDR SACHSEN", ("Anna Muster",)),
        ("Von Anna Muster 2 min Lesedauer", ("Anna Muster",)),
        ("Von Anna Muster | 26.04.2024", ("Anna Muster",)),
        ("Von Anna Muster am 26.04.2024", ("Anna Muster",)),
        ("Von Anna Muster 26. April 2024, 08:15 Uhr", ("Anna Muster",)),
        ("Von Anna Muster (dpa)", ("Anna Muster",)),
        ("Von Anna MusterKorrespondentin", ("Anna Muster",)),
        ("Von Anna Muster, Redakteurin", ("Anna Muster",)),
        ("29. Juni 2017, 23:39 · von Anna Muster", ("Anna Muster",)),
        ("Von Dr. Anna Muster", ("Dr. Anna Muster",)),
        ("Von Prof. Dr.-Ing. Anna Muster", ("Prof. Dr.-Ing. Anna Muster",)),
        ("Von Ludwig van der Rohe", ("Ludwig van der Rohe",)),
        ("Von Karl-Theodor zu Muster", ("Karl-Theodor zu Muster",)),
        ("Von Anna D'Amico", ("Anna D'Amico",)),
        ("Von Anna B. Muster", ("Anna B. Muster",)),
        ("Ein Artikel von Anna Muster", ("Anna Muster",)),
        ("Gastbeitrag von Anna Muster", ("Anna Muster",)),
        ("Autor: Anna Muster", ("Anna Muster",)),
        ("Autorin: Anna", ("Anna",)),
        ("Autor:in: Anna Muster", ("Anna Muster",)),
        ("Text: Anna Muster", ("Anna Muster",)),
        ("by Jane Doe", ("Jane Doe",)),
        ("By Jane Doe and John Roe", ("Jane Doe", "John Roe")),
        ("Written by Jane Doe", ("Jane Doe",)),
        ("Von dpa", ("dpa",)),
        ("dpa", ("dpa",)),
        ("dpa/AFP", ("dpa", "AFP")),
        ("dpa-infocom", ("dpa-infocom",)),
        ("Von Anna Muster, dpa", ("Anna Muster", "dpa")),
        ("Von Redaktion", ("Redaktion",)),
        ("Anna Muster", ()),
        ("Von Berlin nach Hamburg", ()),
        ("Von Montag an gilt ein neues Gesetz", ()),
        ("Von Bund und Ländern", ()),
        ("Vonovia Deutschland", ()),
        ("Von der Leyen trifft Scholz in Brüssel", ()),
        ("Bytes für Verwaltungen", ()),
        ("26.04.2024", ()),
        ("", ()),
        ("Von " + "Anna Muster, " * 30, ()),
    ],
)
def test_a_byline_gives_its_names(line: str, authors: tuple[str, ...]) -> None:
    assert wording.byline(line) == authors


# ---- related stories ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "Weitere Meldungen und Beiträge aus dem Bereich: IT-Infrastruktur Politik", "Weitere Meldungen",
        "Weitere Artikel:",
        "Lesen Sie auch", "Lesen Sie auch:", "Lesen Sie mehr zum Thema", "Das könnte Sie auch interessieren",
        "Das könnte Sie auch interessieren …", "Mehr zum Thema", "Mehr zum Thema: Registermodernisierung", "Zum Thema",
        "Auch interessant", "Ähnliche Beiträge", "Verwandte Artikel", "Passende Artikel", "Neueste Beiträge",
        "Aktuelle Meldungen aus Politik", "Mehr aus Politik", "Mehr zu „E-Akte“", "Siehe auch", "Leseempfehlungen",
        "Related articles", "Related Posts", "Read more", "You might also like", "More from Politics", "See also",
    ],
)  # fmt: skip
def test_headings_of_related_stories_are_known(line: str) -> None:
    assert wording.is_related_heading(line)


@pytest.mark.parametrize(
    "line",
    [
        "", "Hessen: Zentrum geplant", "Die neue Software", "Mehr Schub für KI nötig", "Mehr zu tun als gedacht",
        "Mehr in Deutschland erzeugen", "Aktuelle Themen der Digitalisierung", "Weitere Schritte", "Thema des Tages",
        "Lesen lernen mit KI", "Relationen im Register", "Mehr Sicherheit zum Thema machen",
    ],
)  # fmt: skip
def test_headings_of_the_article_itself_are_not(line: str) -> None:
    assert not wording.is_related_heading(line)


@pytest.mark.parametrize(
    ("labels", "known", "found"),
    [
        ("IT-Infrastruktur Politik", ("Politik", "IT-Infrastruktur"), ("IT-Infrastruktur", "Politik")),
        ("IT-Infrastruktur Politik", ("IT", "Infrastruktur", "Politik"), ("Politik",)),
        ("Smart City Politik", ("Smart", "Smart City", "City", "Politik"), ("Smart City", "Politik")),
        ("it-infrastruktur POLITIK", ("Politik", "IT-Infrastruktur"), ("IT-Infrastruktur", "Politik")),
        ("Politik | Recht", ("Politik",), ("Politik", "Recht")),
        ("Politik, Recht", (), ("Politik", "Recht")),
        ("Politik Politik", ("Politik",), ("Politik",)),
        ("Politik", (), ("Politik",)),
        ("IT-Infrastruktur Politik", (), ()),
        ("Geodaten-Management Personalwesen", ("Politik",), ()),
    ],
)
def test_labels_are_found_by_the_known_vocabulary_longest_first(
    labels: str, known: tuple[str, ...], found: tuple[str, ...]
) -> None:
    heading = f"Weitere Meldungen und Beiträge aus dem Bereich: {labels}"
    assert wording.related_labels(heading, known) == found


def test_a_heading_without_labels_has_none() -> None:
    assert wording.related_labels("Lesen Sie auch", ("Politik",)) == ()
    assert wording.related_labels("", ("Politik",)) == ()


# ---- together -------------------------------------------------------------------------------------------------------


@given(line=st.text(alphabet=st.characters(codec="utf-8"), max_size=250))
def test_nothing_that_is_printed_raises(line: str) -> None:
    for ask in (wording.credit, wording.split_credit, wording.byline, wording.kicker_parts, wording.laender):
        ask(line)
    wording.is_related_heading(line)
    wording.related_labels(line, ("Politik", ""))
    assert leading(line)[1] in line


@pytest.mark.skipif(not SEED.exists(), reason="the first user's article is not here")
def test_every_title_kicker_and_land_of_the_first_article_is_read() -> None:
    seed = json.loads(SEED.read_text(encoding="utf-8"))
    for record in (seed["main"], *seed["related"]):
        assert wording.split_title(record["title"]) == (record["kicker"], record["headline"])
        assert wording.join_title(record["kicker"], record["headline"]) == record["title"]
        assert list(wording.kicker_parts(record["kicker"])) == record["kicker_parts"]
        assert list(wording.laender(record["kicker"])) == record["regions"]
        moment, rest = leading(f"{record['date_raw']} {record['teaser']}")
        assert moment is not None
        assert (moment.at.date().isoformat(), rest) == (record["date"], record["teaser"])
        if alt := record.get("image_alt"):
            assert wording.split_credit(alt) == (alt, None)
            assert leading(alt) == (None, alt)


@pytest.mark.parametrize("unit", [" ", "(", "/", "Foto: ", "a", "A ", "1.", "Von ", "weitere ", "©", "| ", ". A", "\n"])
def test_the_same_over_and_over_is_read_within_a_second(unit: str) -> None:
    line = unit * (100_000 // len(unit)) + "x"
    start = time.monotonic()
    for ask in (wording.split_title, wording.credit, wording.split_credit, wording.byline, wording.kicker_parts):
        ask(line)
    wording.is_related_heading(line), wording.related_labels(line, ("Politik",)), leading(line)
    assert time.monotonic() - start < 1
