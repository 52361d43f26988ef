"""Pages that a script draws: the article is read from the JSON they carry, however wrapped, and nothing is run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedsvc import extract, html
from feedsvc.errors import ContentError
from feedsvc.extract import state
from feedsvc.html import scripts
from feedsvc.model import Article, Page, Source

TITLE = "Kabinett beschließt das Onlinezugangsgesetz"
SENTENCES = (
    "Das Kabinett hat am Mittwoch die Novelle des Onlinezugangsgesetzes beschlossen. Der Bund gibt Standards vor.",
    "Die Länder hatten zuvor mehr Verbindlichkeit gefordert. „Wir brauchen offene Schnittstellen“, hieß es.",
    "Der Bundestag berät im Herbst über den Entwurf. Kommunen erwarten, dass der Bund einen Teil der Kosten trägt.",
)
MARKUP = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
META = {"publishedAt": "2024-04-26T08:15:00+02:00", "modifiedAt": "2024-04-26T09:00:00+02:00"}
OTHER = {"title": "Ein anderer Beitrag", "url": "/anderer", "summary": "Was sonst noch geschah. " * 30}


def article(body: object, **given: object) -> dict[str, object]:
    return {"headline": TITLE, "kicker": "Bund", "body": body, "authors": [{"name": "Erika Muster"}], **META, **given}


def read(*scripts_: str, title: str = f"{TITLE} | Amtsblatt") -> state.State | None:
    page = f"<html><head><title>{title}</title></head><body><div id=root></div>{''.join(scripts_)}</body></html>"
    return state.read(lxml.html.document_fromstring(page), [title])


def paragraphs(found: state.State | None) -> list[str]:
    assert found is not None
    return (html.plain(html.clean(found.markup, "https://amt.example/")) or "").splitlines()


# ---- how the data is wrapped ----------------------------------------------------------------------------------------


def next_data(value: object) -> str:
    data = {"props": {"pageProps": {"page": value, "more": [OTHER, OTHER]}}, "page": "/[slug]", "buildId": "x"}
    written = json.dumps(data).replace("<", "\\u003c")
    return f'<script id="__NEXT_DATA__" type="application/json">{written}</script>'


def flight(value: object) -> str:
    """React's rows, cut in the middle as servers send them, with a long text in a row of its own."""
    rows = f'0:["$","div",null,{{"children":"$L1"}}]\n2:I[4711,["app"],"Story"]\n5:{json.dumps({"story": value})}\n'
    if isinstance(value, dict) and isinstance(value["body"], str):
        said = value["body"]
        pointed = json.dumps({"story": {**value, "body": "$6"}})
        rows = f"6:T{len(said.encode()):x},{said}5:{pointed}\n"
    half = len(rows) // 2
    return pushed(rows[:half]) + pushed(rows[half:])


def pushed(rows: str) -> str:
    return f"<script>self.__next_f.push({json.dumps([1, rows])})</script>"


def nuxt_data(value: object) -> str:
    flat: list[object] = []

    def place(one: object) -> int:
        flat.append(None)
        at = len(flat) - 1
        if isinstance(one, dict):
            flat[at] = {key: place(inner) for key, inner in one.items()}
        elif isinstance(one, list):
            flat[at] = [place(inner) for inner in one]
        elif isinstance(one, str) and one.startswith("2024-"):
            flat[at] = ["Date", one]
        else:
            flat[at] = one
        return at

    flat.append(["ShallowReactive", 1])
    place({"data": {"story": value}, "state": {}})
    return f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(flat)}</script>'


def assigned(value: object) -> str:
    return (
        f"<script>window.dataLayer=[];window.__INITIAL_STATE__ = {json.dumps({'a': value})};(function(){{}}())</script>"
    )


def parsed_double(value: object) -> str:
    said = json.dumps(json.dumps({"a": value}))
    return f"<script>window.__PRELOADED_STATE__=JSON.parse({said});</script>"


def parsed_single(value: object) -> str:
    said = json.dumps({"a": value}).replace("\\", "\\\\").replace("'", "\\'").replace("<", "\\x3C")
    return f"<script>window.__DATA__ = JSON.parse('{said}')</script>"


def undefined(value: object) -> str:
    return f"<script type='application/json'>{json.dumps({'a': value})[:-1]},\"b\":undefined}}</script>"


def apollo(value: object) -> str:
    store = {"ROOT_QUERY": {"story": {"__ref": "Story:7"}}, "Story:7": value, "Teaser:8": OTHER}
    return f"<script>window.__APOLLO_STATE__={json.dumps(store)}</script>"


@pytest.mark.parametrize(
    "wrap", [next_data, flight, nuxt_data, assigned, parsed_double, parsed_single, undefined, apollo]
)
def test_the_article_is_found_however_it_is_wrapped(wrap: Callable[[object], str]) -> None:
    found = read("<script>var tracking = {};</script>", wrap(article(MARKUP)))
    assert paragraphs(found) == list(SENTENCES)
    assert found is not None
    assert (found.title, found.kicker, found.confirmed) == (TITLE, "Bund", True)
    assert found.published[0] == META["publishedAt"]
    assert found.updated == (META["modifiedAt"],)
    assert found.authors == ("Erika Muster",)


@pytest.mark.parametrize(
    "script",
    [
        f"<script>window.__NUXT__=(function(a,b){{return {{headline:a,body:b}}}}('{TITLE}','{MARKUP}'))</script>",
        f"<script>document.write({json.dumps(MARKUP)})</script>",
        f"<script>window.a = {{headline: '{TITLE}', body: '{MARKUP}'}}</script>",
    ],
)
def test_what_would_have_to_be_run_is_not_read(script: str) -> None:
    assert read(script) is None


# ---- how the text is written down -----------------------------------------------------------------------------------


def prosemirror(sentence: str) -> object:
    return {
        "type": "paragraph",
        "content": [{"type": "text", "text": sentence[:20]}, {"type": "text", "text": sentence[20:]}],
    }


CONTENT: dict[str, object] = {
    "plain text": "\n\n".join(SENTENCES),
    "list of texts": list(SENTENCES),
    "list of html": [f"<p>{sentence}</p>" for sentence in SENTENCES],
    "blocks with text": [{"type": "paragraph", "text": sentence} for sentence in SENTENCES],
    "blocks with html": [{"kind": "text", "data": {"html": f"<p>{s}</p>"}} for s in SENTENCES],
    "text blocks": [{"type": "text", "content": sentence} for sentence in SENTENCES],
    "prosemirror": {"type": "doc", "content": [prosemirror(sentence) for sentence in SENTENCES]},
    "lexical": {"root": {"type": "root", "children": [
        {"type": "paragraph", "children": [{"type": "text", "text": s, "format": 0}]} for s in SENTENCES]}},
    "slate": [{"type": "p", "children": [{"text": s[:30]}, {"text": s[30:], "bold": True}]} for s in SENTENCES],
    "portable text": [
        {"_type": "block", "style": "normal", "children": [{"_type": "span", "text": s}]} for s in SENTENCES],
    "contentful": {"nodeType": "document", "content": [
        {"nodeType": "paragraph", "data": {}, "content": [{"nodeType": "text", "value": s, "marks": []}]}
        for s in SENTENCES]},
    "gutenberg": [{"name": "core/paragraph", "attributes": {"content": sentence}} for sentence in SENTENCES],
    "wordpress": {"rendered": MARKUP, "protected": False},
    "react": ["$", "div", None, {"children": [["$", "p", str(n), {"children": s}] for n, s in enumerate(SENTENCES)]}],
}  # fmt: skip


@pytest.mark.parametrize("body", CONTENT.values(), ids=CONTENT.keys())
def test_the_text_is_read_whatever_editor_wrote_it(body: object) -> None:
    assert paragraphs(read(next_data(article(body)))) == list(SENTENCES)


def test_headings_lists_quotes_and_links_stay_and_what_is_no_text_goes() -> None:
    blocks = [
        {"type": "paragraph", "text": SENTENCES[0]},
        {"type": "image", "url": "/a.jpg", "text": "Eine Bildunterschrift, die kein Text ist."},
        {"type": "heading", "level": 3, "text": "Was die Länder fordern"},
        {"type": "list", "items": ["Standards", {"type": "list-item", "text": "Schnittstellen"}]},
        {"type": "teaser", "title": "Anderes", "url": "/x", "text": "Lesen Sie auch, was anderswo geschah."},
        {"type": "quote", "text": "Wir brauchen offene Schnittstellen."},
        {"type": "paragraph", "children": [
            {"type": "text", "text": "Mehr steht "},
            {"type": "link", "url": "https://bund.example/ozg", "children": [{"type": "text", "text": "im Entwurf"}]},
            {"type": "text", "text": ", den der Bund veröffentlicht hat. Er ist lang."}]},
    ]  # fmt: skip
    found = read(next_data(article(blocks)))
    assert found is not None
    made = html.clean(found.markup, "https://amt.example/") or ""
    assert "<h3>Was die Länder fordern</h3>" in made
    assert "<ul><li>Standards</li><li>Schnittstellen</li></ul>" in made.replace("\n", "")
    assert "<blockquote>" in made
    assert '<p>Mehr steht <a href="https://bund.example/ozg">im Entwurf</a>, den der Bund' in made
    assert "Bildunterschrift" not in made
    assert "Lesen Sie auch" not in made


def test_script_in_the_data_does_not_come_out() -> None:
    found = read(next_data(article(MARKUP + "<script>alert(1)</script><img src=x onerror=alert(1)>")))
    assert found is not None
    assert "alert" not in (html.clean(found.markup, "https://amt.example/") or "")


# ---- which object it is ---------------------------------------------------------------------------------------------


def test_the_object_with_the_pages_title_wins_over_a_longer_one() -> None:
    longer = {"headline": "Ein ganz anderer Bericht", "body": MARKUP * 5}
    assert paragraphs(read(next_data({"a": longer, "b": article(MARKUP), "c": longer}))) == list(SENTENCES)


def test_comments_and_related_articles_are_not_the_text() -> None:
    comments = [{"name": "Leser", "text": sentence * 4} for sentence in SENTENCES]
    related = [{"title": TITLE + " 2", "url": "/2", "text": sentence * 5} for sentence in SENTENCES]
    value = article(MARKUP, comments=comments, relatedArticles=related, mehr=related)
    assert paragraphs(read(next_data(value))) == list(SENTENCES)


def test_without_a_title_of_the_page_only_a_text_that_stands_alone_is_taken() -> None:
    long = article(MARKUP * 6)
    assert read(next_data(long), title="Amtsblatt") is not None
    assert (
        read(next_data({"a": long, "b": {**long, "headline": "Anderes", "body": MARKUP * 7}}), title="Amtsblatt")
        is None
    )
    assert read(next_data(article(SENTENCES[0])), title="Amtsblatt") is None


def test_the_title_may_stand_in_an_object_beside_the_text() -> None:
    value = {"head": {"title": TITLE, "date": "2024-04-26"}, "content": {"blocks": list(SENTENCES)}}
    found = read(next_data(value))
    assert paragraphs(found) == list(SENTENCES)
    assert found is not None
    assert found.published == ("2024-04-26",)


def test_instants_in_seconds_or_milliseconds_and_pictures_deep_in_objects_are_read() -> None:
    picture = {"image": {"variants": [{"url": "https://amt.example/a.jpg", "alt": "Ein Saal"}]}}
    found = read(next_data(article(MARKUP, publishedAt=1714112100, modifiedAt=1714112100000, heroImage=picture)))
    assert found is not None
    assert found.published[0] == found.updated[0] == "2024-04-26T06:15:00+00:00"
    assert found.image is not None
    assert (found.image.url, found.image.alt) == ("https://amt.example/a.jpg", "Ein Saal")


# ---- strangers' data ------------------------------------------------------------------------------------------------


def nested(opening: str, closing: str, depth: int) -> str:
    return opening * depth + '"x"' + closing * depth


def as_json(value: object, kind: str = "") -> str:
    return f"<script type='application/json' {kind}>{json.dumps(value)}</script>"


OBJECT = '{"a":'
ROWS = "".join(f"{n:x}:{json.dumps([f'${n + 1:x}'] * 30)}\n" for n in range(1, 40))
HOSTILE: dict[str, str] = {
    "deep lists": f"<script type='application/json'>{nested('[', ']', 100_000)}</script>",
    "deep objects": f"<script>window.a = {nested(OBJECT, '}', 100_000)}</script>",
    "many openings": "<script>" + "a={" * 300_000 + "</script>",
    "open literals": "<script>" + 'a=JSON.parse("' * 100_000 + "</script>",
    "many objects": as_json([{"title": TITLE, "a": ["b. " * 90] * 3}] * 5000),
    "wide lists": as_json({"title": TITLE, "a": [[["x y. "] * 20] * 20] * 500}),
    "lists in lists": as_json({"title": TITLE, "a": [[[[[["Ja. Nein. "] * 9] * 9] * 9] * 9] * 9]}),
    "a row of itself": pushed("1:" + json.dumps(["$1"] * 50) + "\n"),
    "rows of rows": pushed(ROWS),
    "an array of itself": as_json([[0] * 200] * 200, "id='__NUXT_DATA__'"),
    "numbers": f"<script type='application/json'>[{'9' * 100_000}]</script>",
    "tags": as_json({"title": TITLE, "body": "<" * 500_000}),
    "objects in objects": as_json([[{"title": "x", "a": [["Ein Satz. Noch einer. " * 20]] * 40}] * 30] * 30),
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_data_is_soon_done_with(script: str) -> None:
    root = lxml.html.document_fromstring(f"<html><body>{script}</body></html>")
    started = time.process_time()
    state.read(root, [TITLE])
    assert time.process_time() - started < 6  # also while coverage is measured


def test_the_values_of_a_page_come_with_the_names_they_go_by() -> None:
    page = lxml.html.document_fromstring(
        f"<html><body>{next_data(article(MARKUP))}{assigned(article(MARKUP))}</body></html>"
    )
    assert [data.name for data in scripts.read(page)] == ["__NEXT_DATA__", "__INITIAL_STATE__"]


# ---- the article that comes of it -----------------------------------------------------------------------------------


def extracted(head: str, body: str) -> Article:
    page = f"<!doctype html><html lang=de><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode()
    url = "https://amt.example/meldung"
    return extract.article(Page(url=url, final_url=url, body=page), None, Source(id="amt", url="https://amt.example/"))


SHELL = '<div id="app"></div><noscript>Bitte schalten Sie JavaScript ein.</noscript>'


def test_a_page_that_shows_nothing_gives_the_article_its_scripts_carry() -> None:
    value = article(MARKUP, heroImage={"src": "/bilder/saal.jpg", "alt": "Ein Saal", "copyright": "E. Muster"})
    found = extracted(f"<title>{TITLE} | Amtsblatt</title>", SHELL + next_data(value))
    assert (found.headline, found.kicker) == (TITLE, "Bund")
    assert (found.body_text or "").splitlines() == list(SENTENCES)
    assert found.published is not None
    assert found.published.isoformat() == META["publishedAt"]
    assert found.updated is not None
    assert found.authors == ("Erika Muster",)
    assert found.language == "de"
    assert found.image is not None
    assert (found.image.url, found.image.credit) == ("https://amt.example/bilder/saal.jpg", "E. Muster")


def test_a_title_only_the_scripts_know_beats_the_sites_name() -> None:
    found = extracted("<title>Amtsblatt</title>", SHELL + next_data(article(MARKUP * 6)))
    assert found.headline == TITLE


def test_json_ld_is_asked_last() -> None:
    linked = {"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n\n".join(SENTENCES)}
    script = f'<script type="application/ld+json">{json.dumps(linked)}</script>'
    found = extracted(f"<title>{TITLE}</title>{script}", SHELL)
    assert (found.body_text or "").splitlines() == list(SENTENCES)


def test_a_page_that_scripts_would_have_to_fill_says_so() -> None:
    with pytest.raises(ContentError, match="empty until its scripts fill it"):
        extracted(
            "", '<noscript>Bitte JavaScript einschalten.</noscript><div id=root></div><script src="/a.js"></script>'
        )


def test_what_a_page_shows_is_not_replaced() -> None:
    shown = f"<main><h1>{TITLE}</h1>{MARKUP.replace('Kabinett', 'Parlament')}</main>"
    found = extracted(f"<title>{TITLE}</title>", shown + next_data(article(MARKUP)))
    assert "Parlament" in (found.body_text or "")
    assert "Kabinett hat" not in (found.body_text or "")


def test_what_is_paid_for_is_not_taken_from_the_scripts() -> None:
    linked = json.dumps({"@type": "NewsArticle", "headline": TITLE, "isAccessibleForFree": False})
    head = f'<title>{TITLE}</title><script type="application/ld+json">{linked}</script>'
    shown = f"<main><h1>{TITLE}</h1><p>{SENTENCES[0]}</p></main>"
    found = extracted(head, shown + next_data(article(MARKUP * 4)))
    assert found.access == "paywall"
    assert SENTENCES[1] not in (found.body_text or "")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from([TITLE, MARKUP, "$1", "x"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(
                "title headline body content type text children authors date image url items data html".split()
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=40,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=VALUES, wrap=st.sampled_from([next_data, flight, assigned, as_json]))
def test_whatever_the_data_is_there_is_an_answer(value: object, wrap: Callable[[object], str]) -> None:
    padded = {"a": value, "b": "x" * scripts.MIN_CHARS, "body": None}
    found = read(wrap(padded))
    assert found is None or found.markup


BANNER = (
    "<div class=note><p>Wir und unsere 174 Partner verarbeiten Daten. Ihre Einwilligung können Sie jederzeit"
    " widerrufen.</p><button>Alle akzeptieren</button><a href='#'>Cookie-Einstellungen</a></div>"
)


def test_a_banner_does_not_hide_what_the_scripts_carry_but_a_wall_does() -> None:
    found = extracted(f"<title>{TITLE}</title>", SHELL + BANNER + next_data(article(MARKUP * 4)))
    assert found.headline == TITLE
    wall = "<h1>Mit Werbung weiterlesen</h1><p>Oder im Pur-Abo werbefrei lesen, für 4,99 Euro im Monat.</p>"
    with pytest.raises(ContentError) as refused:
        extracted("<title>Amtsblatt</title>", SHELL + wall + BANNER + next_data(article(MARKUP * 4)))
    assert refused.value.kind == "consent_wall"
