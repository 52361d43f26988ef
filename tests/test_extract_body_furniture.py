"""What stands in a text's place and is no text, and what looks like it and is."""

from __future__ import annotations

import pytest

import feedsvc
from feedsvc import html
from feedsvc.extract import layout, metadata, story
from feedsvc.extract.moments import When
from feedsvc.extract.rules import Ruled
from feedsvc.model import Page

URL = "https://www.amtsblatt.example/meldungen/rathaus.html"
LEAD = "Das Rathaus bleibt am Montag geschlossen. Grund ist die neue Heizung, die schon im Herbst laufen soll."
FIRST = "Der neue Kessel wird am Morgen angeliefert und mit einem Kran auf das Dach des alten Gebäudes gehoben."
MIDDLE = "Die Gemeinde rechnet mit Kosten von 80.000 Euro, die Hälfte davon zahlt das Land aus seinem Klimafonds."
LAST = "Am Dienstag öffnet das Bürgerbüro wieder zur gewohnten Zeit, teilte die Verwaltung der Gemeinde mit."


def page(*, inside: str = "", foot: str = "", before: str = "", head: str = "") -> bytes:
    return (
        f"<html lang=de><head><title>Rathaus bleibt zu</title>{head}</head><body><nav><a href=/>Start</a></nav><main>"
        f"<article><h1>Rathaus bleibt zu</h1>{before}<div class=text><p>{FIRST}</p>{inside}<p>{MIDDLE}</p><p>{LAST}</p>"
        f"{foot}</div></article></main><footer><a href=/impressum>Impressum</a></footer></body></html>"
    ).encode()


def lines(markup: bytes) -> list[str]:
    return (feedsvc.extract_article(markup, URL).body_text or "").split("\n")


LINK = "<a href=/meldungen/freibad.html>Freibad öffnet schon im Mai für alle Gäste</a>"
INSIDE = {
    "a credit": "<p>(Bildquelle: Gemeinde Musterstadt/A. Muster)</p>",
    "a byline": "<p>Von Anna Muster und Bert Beispiel</p>",
    "the day of the last change": "<p>Stand: 26.10.2022, 12:16 Uhr</p>",
    "a link announced": f"<p>Lesen Sie auch: {LINK}</p>",
    "more on this": f"<p>Mehr dazu: {LINK}</p>",
    "a lone link within the site": f"<p>{LINK}</p>",
    "a related box by its heading": f"<div><h3>Lesen Sie auch</h3><ul><li>{LINK}</li><li>{LINK}</li></ul></div>",
    "a related box by its name": f"<div class=related-articles><p>{LINK}</p><p>Auch die Sauna öffnet bald.</p></div>",
    "a consent placeholder": (
        "<div><p>Empfohlener redaktioneller Inhalt</p><p>An dieser Stelle finden Sie einen Inhalt eines Anbieters.</p>"
        "<p>Sie können ihn sich mit einem Klick anzeigen lassen oder ausblenden.</p><button>Anzeigen</button></div>"
    ),
    "a placeholder of many words": (
        "<p>Um eingebettete Inhalte anzuzeigen, ist deine Einwilligung in die Übermittlung und Verarbeitung von Daten "
        "notwendig, da die Anbieter der Inhalte als Dritte diese verlangen.</p>"
    ),
    "a newsletter box": (
        "<div class=box><h3>Newsletter</h3><p>Jeden Morgen das Wichtigste aus der Gemeinde in Ihrem Postfach.</p></div>"
    ),
    "a sign-up box without a name": (
        "<div><p><b>Melden Sie sich für unsere Morgenpost an</b></p><p>Das Wichtigste jeden Morgen.</p></div>"
    ),
    "an offer to subscribe": (
        "<section><h3>Dieser Artikel ist nur für Abonnenten</h3><p>Monatsabo</p><p>9,90 Euro</p><p>Kündbar</p>"
        "</section>"
    ),
    "an offer in English": (
        "<section><h3>This content is reserved for subscribers</h3><ul><li>Unlimited access to all articles</li>"
        "<li>Daily puzzles</li></ul></section>"
    ),
    "a share row": "<ul class=social-share><li><a href=https://x.example>Twitter</a></li><li>Drucken</li></ul>",
    "an advertisement": "<p>Anzeige</p>",
    "the line in a picture's box": (
        "<div class='mediaCon left'><img src=/kran.jpg><div>Ein Kran steht vor dem Dach.</div></div>"
    ),
    "a caption told beside its figure": (
        "<figure><img src=/kran.jpg><figcaption>Der Kran hebt den Kessel an. Foto: A. Muster</figcaption></figure>"
        "<div>Der Kran hebt den Kessel an.</div>"
    ),
    "a heading for screen readers": "<h3 class='headline hidden'>Neuer Abschnitt</h3>",
    "a player's text for those that cannot play": "<p>Dein Browser unterstützt keine Tonwiedergabe.</p>",
    "a placeholder that asks for consent": (
        "<div><p>Um dieses Video anzusehen, müssen Sie der Anzeige externer Inhalte zustimmen. Dabei werden Daten "
        "übermittelt.</p><button>Laden</button></div>"
    ),
    "buttons to shops": (
        "<div><b>Tipp</b> <a href=https://s.example/k rel='nofollow sponsored'>Zum Kessel im Laden</a></div>"
    ),
    "a quote pulled out of the text": (
        "<blockquote><p>Am Dienstag öffnet das Bürgerbüro wieder</p><cite>Anna Muster</cite></blockquote>"
    ),
    "a place and a day": "<p><b>Musterstadt, 3.11.2005</b></p>",
    "when a speech may be printed": "<p>Es gilt das gesprochene Wort. Sperrfrist: 15. November 2024, 18 Uhr.</p>",
    "a script shown as text": "<div>(function() { document.addEventListener('load', go); })();</div>",
    "a pointer in Polish": f"<p>Czytaj też: {LINK}</p>",
    "a byline in French": "<p>par Maëlle Kerguen</p>",
    "a date line in French": "<p>Publié le 3 mars 2025 à 18:30, mis à jour le 4 mars 2025</p>",
}


@pytest.mark.parametrize("name", INSIDE)
def test_furniture_inside_a_text_is_left_out(name: str) -> None:
    assert lines(page(inside=INSIDE[name])) == [FIRST, MIDDLE, LAST]


TEASER = (
    "<article><h3><a href=/m/{0}.html>Freibad öffnet zum {0}. Mal im Mai</a></h3><p>Das Wasser ist warm.</p></article>"
)
FOOT = {
    "what could interest too": f"<h2>Das könnte Sie auch interessieren</h2>{''.join(map(TEASER.format, range(1, 7)))}",
    "teasers without a heading": f"<div>{''.join(map(TEASER.format, range(1, 16)))}</div>",
    "comments": (
        "<section id=comments><h3>3 Kommentare</h3><p>Endlich, das wurde aber auch Zeit mit der Heizung im Rathaus!</p>"
        "<p>Und wer bezahlt das alles wieder? Wir Bürger natürlich, wie immer in dieser Gemeinde.</p></section>"
    ),
    "the author's biography": (
        "<div class=author-bio><p>Anna Muster ist Redakteurin und schreibt seit Jahren über die Gemeinde.</p></div>"
    ),
    "tags": "<ul class=tags><li><a href=/t/a>Heizung</a></li><li><a href=/t/b>Rathaus</a></li></ul>",
    "an agency": "<p>dpa</p>",
    "an agency that helped": "<p>mit dpa</p>",
    "a line that announces what is not there": "<p>Sehen Sie sich hier das Video vom Einbau an:</p>",
    "who wrote it with whose material": "<p>aw/jdv, mit Material von dpa</p>",
    "whom the press may ask": (
        "<div><h3>Pressekontakt</h3><p>Gemeinde Musterstadt, Telefon 01234 5678, presse@stadt.example</p></div>"
    ),
    "whom anyone may ask": "<p>Rückfragen bitte an:</p><p>Anna Muster, Gemeinde Musterstadt, Telefon 01234 5678</p>",
    "how often it was changed": (
        "<div><h2>Updates to this page</h2><ol><li><p>Added the day from which it is open again.</p></li></ol></div>"
    ),
    "comments by their markup": (
        "<div itemprop=comment itemscope itemtype=http://schema.org/Comment><div><p>Endlich, das wurde aber auch Zeit "
        "mit der Heizung im Rathaus, sagt mein Nachbar, der jeden Tag daran vorbeigeht.</p></div></div>"
    ),
    "a table of other reports": (
        "<h3>Weitere Berichte</h3><table><tr><td>07.03.2025</td><td><a href=/m/1>Freibad öffnet im Mai</a></td></tr>"
        "<tr><td>06.03.2025</td><td><a href=/m/2>Sauna öffnet erst im Juni</a></td></tr></table>"
    ),
}


@pytest.mark.parametrize("name", FOOT)
def test_furniture_below_a_text_is_left_out(name: str) -> None:
    assert lines(page(foot=FOOT[name])) == [FIRST, MIDDLE, LAST]


def test_the_headline_is_not_repeated_in_the_text() -> None:
    assert lines(page(inside="<h2>Rathaus bleibt zu</h2>")) == [FIRST, MIDDLE, LAST]


def test_a_headline_repeated_with_its_kicker_does_not_open_the_text() -> None:
    assert lines(page(before="<div><h2>Heizung: Rathaus bleibt zu</h2></div>")) == [FIRST, MIDDLE, LAST]


def test_the_particulars_of_a_report_are_no_text_but_a_glossary_is() -> None:
    told = "<dl><dt>Datum:</dt><dd>2. Juni 2025</dd><dt>Nr.:</dt><dd>198</dd><dt>Rubrik:</dt><dd>Prävention</dd></dl>"
    assert lines(page(before=told)) == [FIRST, MIDDLE, LAST]
    assert "Prävention" in lines(page(inside=told))


def test_who_the_author_is_ends_no_text() -> None:
    head = "<meta name=author content='Anna Muster'>"
    told = "<p>Anna Muster ist Redakteurin und schreibt seit vielen Jahren über die Heizungen der Gemeinde.</p>"
    assert lines(page(inside=f"<p>{LEAD}</p>", foot=told, head=head)) == [FIRST, LEAD, MIDDLE, LAST]
    assert len(lines(page(inside=f"<p>{LEAD}</p>", foot=told))) == 5


def test_a_speech_begins_with_whom_it_greets() -> None:
    greeting = "Liebe Schwestern und Brüder,"
    begun = page().replace(b"<div class=text>", f"<div class=text><p>{greeting}</p>".encode())
    assert lines(begun) == [greeting, FIRST, MIDDLE, LAST]


def test_a_contact_in_the_midst_of_a_text_cuts_nothing_off() -> None:
    assert lines(page(inside="<h3>Kontakt</h3>")) == [FIRST, "Kontakt", MIDDLE, LAST]


def test_the_mark_to_edit_a_section_is_not_in_its_heading() -> None:
    marked = "<h2>Heizung<span class=mw-editsection>[<a href=/edit>edit</a>]</span></h2>"
    assert lines(page(inside=marked)) == [FIRST, "Heizung", MIDDLE, LAST]


def test_a_lead_told_twice_stands_in_the_text_once() -> None:
    twice = page(before=f"<p class=lead>{LEAD}</p>", head=f'<meta name=description content="{LEAD}">')
    assert lines(twice) == [LEAD, FIRST, MIDDLE, LAST]
    within = twice.replace(b"<div class=text>", f"<div class=text><p>{LEAD}</p>".encode())
    assert lines(within) == [LEAD, FIRST, MIDDLE, LAST]


WORD = "<p>Der Bürgermeister sagte <{0} am Montag</{1}> vor dem Rathaus, man habe lange auf die Heizung gewartet.</p>"


@pytest.mark.parametrize("element", ["a class=crosslink href=/t/montag", "span class=paywall", "a class=promo href=/m"])
def test_no_name_of_an_inline_element_breaks_a_sentence(element: str) -> None:
    whole = "Der Bürgermeister sagte am Montag vor dem Rathaus, man habe lange auf die Heizung gewartet."
    assert lines(page(inside=WORD.format(f"{element}>", element.split()[0]))) == [FIRST, whole, MIDDLE, LAST]


def test_what_is_hidden_inside_a_sentence_is_left_out_of_it() -> None:
    whole = "Der Bürgermeister sagte vor dem Rathaus, man habe lange auf die Heizung gewartet."
    hidden = WORD.format("span style='display:none'>", "span")
    assert lines(page(inside=hidden)) == [FIRST, whole, MIDDLE, LAST]


def test_a_hash_in_a_class_names_nothing() -> None:
    inside = f"<div class='element element-5f18ad9'><p>{LEAD}</p></div>"
    assert lines(page(inside=inside)) == [FIRST, LEAD, MIDDLE, LAST]


def test_the_text_that_the_head_repeats_is_text_whatever_its_box_is_called() -> None:
    paragraphs = [f"Absatz {n}: {MIDDLE}" for n in range(6)]
    told = " ".join([FIRST, *paragraphs, LAST]).replace('"', "")
    inside = f"<div class=paywall style='display:none'>{''.join(f'<p>{one}</p>' for one in paragraphs)}</div>"
    head = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{told}"}}</script>'
    markup = page(inside=inside, head=head).replace(f"<p>{MIDDLE}</p><p>{LAST}".encode(), f"<p>{LAST}".encode())
    assert lines(markup) == [FIRST, *paragraphs, LAST]


def test_linked_headings_of_what_a_text_speaks_of_stay() -> None:
    things = [f"{n}. Der Kessel von Werk {n}" for n in range(1, 5)]
    inside = "".join(
        f"<h3><a href=https://werk{n}.example/>{thing}</a></h3><p>{MIDDLE}</p>" for n, thing in enumerate(things)
    )
    assert [line for line in lines(page(inside=inside)) if line in things] == things


def test_japanese_sentences_are_a_text() -> None:
    first, last = "今回、市役所の暖房が新しくなりました。", "火曜日から窓口は通常どおり開いています。"
    markup = (
        "<html lang=ja><head><title>市役所は休みです</title></head><body><article><h1>市役所は休みです</h1>"
        f"<div><p>{first}</p><p>{last}</p></div></article></body></html>"
    ).encode()
    assert lines(markup) == [first, last]


def test_an_opening_outside_the_container_comes_with_all_that_follows_it() -> None:
    opening = f"{FIRST} {MIDDLE}"
    before = f"<div><p>{opening}</p><h2>Der Kran</h2><p>{LEAD}</p></div>"
    markup = page(before=before, inside="".join(f"<p>Absatz {n}: {MIDDLE}</p>" for n in range(9)))
    assert lines(markup)[:4] == [opening, "Der Kran", LEAD, FIRST]


def read(markup: bytes, *, trusting: bool = True) -> story.Story:
    shown = html.parse(Page(url=URL, final_url=URL, body=markup))
    heading = next(shown.root.iter("h1"), None)
    when = When(language="de", timezone="Europe/Berlin", now=None)
    meta = metadata.read(shown)
    laid = layout.Layout(shown.root, trusting=trusting)
    return story.read(shown, laid, meta, heading, "Rathaus bleibt zu", when, Ruled())


def test_a_story_tells_how_its_container_was_found_and_what_lost() -> None:
    told = read(page())
    assert told.rule == "where prose is densest in the headline's own <article>"
    assert told.lost[0] == "article"
    assert read(page(), trusting=False).rule.endswith("second reading, without trust in names")
