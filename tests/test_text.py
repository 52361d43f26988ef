"""Text as strangers send it and as readers should get it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedsvc import text

ANYTHING = st.text(alphabet=st.characters(), max_size=200)  # lone surrogates included


# ---- tidy and XML ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "tidied"),
    [
        ("  Teams \n\t für\u00a0die\u202fVerwaltung ", "Teams für die Verwaltung"),
        ("Ver\u00adwal\u00adtung", "Verwaltung"),
        ("\ufeffTitel\u200b", "Titel"),
        ("Rechnung \u202egnp.exe", "Rechnung gnp.exe"),
        ("a\u2066b\u2069c\u061cd", "abcd"),
        ("a\x00b\x08c\x0bd\x1fe", "abcde"),
        ("a\ufffeb\uffffc", "abc"),
        ("a\ud800b\udfffc", "abc"),
        ("👩\u200d💻 bleibt", "👩\u200d💻 bleibt"),
        ("Bürger*innen und E\u2011Akte", "Bürger*innen und E\u2011Akte"),
        ("„Zitat“", "„Zitat“"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        (" \u00a0\u200b ", None),
        ("", None),
        (None, None),
    ],
)
def test_a_tidied_text_is_one_line_without_what_nobody_sees(given: str | None, tidied: str | None) -> None:
    assert text.tidy(given) == tidied


@given(ANYTHING)
def test_what_is_safe_for_xml_can_be_written_and_read_again(words: str) -> None:
    safe = text.xml_safe(words)
    element = etree.Element("t")
    element.text = safe
    assert etree.fromstring(etree.tostring(element)).text in (safe, safe or None)


@given(ANYTHING)
def test_tidying_and_folding_twice_is_tidying_and_folding_once(words: str) -> None:
    tidied = text.tidy(words)
    assert text.tidy(tidied) == tidied
    assert text.fold(text.fold(words)) == text.fold(words)


# ---- "mehr..." ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("teaser", "kept"),
    [
        ("Hessen plant ein Zentrum. mehr...", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum. mehr …", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum ... mehr...", "Hessen plant ein Zentrum"),
        ("Hessen plant ein Zentrum … mehr", "Hessen plant ein Zentrum"),
        ("Hessen plant ein Zentrum. mehr", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum. » mehr", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum. [mehr]", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum. (mehr)", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum. Weiterlesen", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum. Weiterlesen »", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum … Weiterlesen →", "Hessen plant ein Zentrum"),
        ("Hessen plant ein Zentrum. Mehr erfahren", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum. Artikel lesen", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum. » Zur Pressemitteilung", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum. Weiter »", "Hessen plant ein Zentrum."),
        ("Hessen plant, wie es […]", "Hessen plant, wie es"),
        ("Es geht in Hessen weiter", "Es geht in Hessen weiter"),
        ("Hesse plans a centre. Read more", "Hesse plans a centre."),
        ("Hesse plans a centre. Continue reading →", "Hesse plans a centre."),
        ("mehr...", None),
        ("Weiterlesen", None),
        ("Die Stadt braucht mehr", "Die Stadt braucht mehr"),
        ("Es gibt sie nicht mehr.", "Es gibt sie nicht mehr."),
        ("Mehr Schub für KI nötig", "Mehr Schub für KI nötig"),
        ("Hessen plant ein Zentrum.", "Hessen plant ein Zentrum."),
        ("Hessen plant ein Zentrum …", "Hessen plant ein Zentrum …"),
        (None, None),
    ],
)
def test_the_call_to_read_on_goes_and_a_real_full_stop_stays(teaser: str | None, kept: str | None) -> None:
    assert text.without_more(teaser) == kept


# ---- shorten --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("long", "limit", "short"),
    [
        ("Erster Satz. Zweiter Satz.", 26, "Erster Satz. Zweiter Satz."),
        ("Erster Satz. Zweiter Satz.", 25, "Erster Satz."),
        ("Erster Satz! Zweiter Satz.", 20, "Erster Satz!"),
        ("Erster Satz. Ein ganz langer zweiter Satz ohne Ende", 36, "Erster Satz."),
        ("Ja. Ein ganz langer zweiter Satz ohne Ende", 30, "Ja. Ein ganz langer zweiter…"),
        ("Viele Städte, z. B. Köln, machen mit", 22, "Viele Städte, z. B.…"),
        ("Das sagt Frau Dr. Muster dazu heute", 20, "Das sagt Frau Dr.…"),
        ("Es startet am 26. April in allen Ländern", 22, "Es startet am 26.…"),
        ("Es kostet 3 Mio. Euro im ganzen Jahr", 20, "Es kostet 3 Mio.…"),
        ("„Das ist ein Ende.“ Danach kommt mehr Text", 25, "„Das ist ein Ende.“"),
        ("„Nein, niemals!“ sagte er und ging davon", 30, "„Nein, niemals!“ sagte er und…"),
        ("Er sprach von … und dann schwieg er", 20, "Er sprach von … und…"),
        ("Im Jahr 2024. Danach geht es weiter", 20, "Im Jahr 2024."),
        ("Verwaltungsdigitalisierungsgesetz", 10, "Verwaltun…"),
        ("Ein Wort (und eine Klammer)", 12, "Ein Wort…"),
        ("Wort", 0, ""),
        ("Wort", 1, "…"),
        ("", 10, ""),
    ],
)
def test_a_text_is_cut_where_a_reader_would_stop(long: str, limit: int, short: str) -> None:
    assert text.shorten(long, limit) == short


@given(words=ANYTHING, limit=st.integers(min_value=0, max_value=220))
def test_a_shortened_text_is_never_over_the_limit(words: str, limit: int) -> None:
    short = text.shorten(words, limit)
    assert len(short) <= limit or short == words
    assert short == words or words.startswith(short.removesuffix("…"))


def test_a_lead_of_the_usual_length_is_not_cut() -> None:
    lead = "Die Länder drängen den Bund, die nationale KI-Strategie zu überarbeiten. " * 4
    assert len(lead) < text.TEASER_CHARS
    assert text.shorten(lead) == lead


# ---- fold -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("„Open Source“", '"open source"'),
        ("„Open Source”", "»OPEN SOURCE«"),
        ("E\u2011Akte", "e-akte"),
        ("Register – Chaos", "register - chaos"),
        ("STRASSE", "Straße"),
        ("Bu\u0308rger", "Bürger"),
        ("ﬁnanzen", "Finanzen"),
        ("a\u00a0\n b", "A B"),
        ("Ver\u00adwaltung", "verwaltung"),
        ("Bürger*innen", "BürgerInnen"),
        ("Bürger:innen", "Bürger_innen"),
        ("Bürger/-innen", "Bürgerinnen"),
        ("Entwickler:in gesucht", "Entwickler*in gesucht"),
        (None, ""),
    ],
)
def test_texts_that_read_the_same_fold_to_the_same(one: str | None, other: str | None) -> None:
    assert text.fold(one) == text.fold(other)


@pytest.mark.parametrize(("one", "other"), [("Straße", "Strase"), ("Kicker: innen", "Kickerinnen"), ("für", "fur")])
def test_texts_that_read_differently_do_not(one: str, other: str) -> None:
    assert text.fold(one) != text.fold(other)


@pytest.mark.parametrize("unit", [" ", ".", "…", "» ", "mehr ", "(", "[", "a", "A. ", "\u00ad", "*", "in:"])
def test_the_same_over_and_over_is_read_within_a_second(unit: str) -> None:
    words = unit * (100_000 // len(unit)) + "x"
    start = time.monotonic()
    text.tidy(words), text.without_more(words), text.shorten(words), text.fold(words)
    assert time.monotonic() - start < 1


def test_marks_piled_on_one_letter_are_folded_at_once() -> None:
    started = time.process_time()
    assert len(text.fold("a" + "\u0301\u0323" * 500_000 + "b")) <= 32
    assert text.few_marks("e\u0301" * 1_000) == "e\u0301" * 1_000
    assert time.process_time() - started < 5  # 100,000 of them took 10 s
