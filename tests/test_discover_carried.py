"""Pages that scripts draw: their articles stand in JSON-LD, in Next's and Nuxt's state, in what a script assigns."""

from __future__ import annotations

import json

import pytest
from shapes import FETCHED, STORIES

from feedsvc import discover, urls
from feedsvc.errors import ContentError
from feedsvc.model import Lead, Page, Source

URL = "https://app.example/aktuelles"
MENU = [
    {"url": f"/{name}", "title": name.title()} for name in ("start", "rathaus", "kultur", "sport", "kontakt", "suche")
]
TOLD = STORIES[:8]


def _items(link: str = "url", title: str = "title", date: str = "publishedAt", teaser: str = "teaser") -> list[object]:
    return [
        {"id": one.number, link: f"/aktuelles/{urls.slug(one.headline)}", title: one.headline, date: one.at.isoformat(),
         teaser: one.teaser}
        for one in TOLD
    ]  # fmt: skip


def _leads(head: str, body: str = '<div id="app"></div>') -> tuple[Lead, ...]:
    page = (
        f'<html lang="de"><head><meta charset="utf-8"><title>Aktuelles</title>{head}</head><body>{body}</body></html>'
    )
    return discover.leads(
        Page(url=URL, final_url=URL, body=page.encode(), fetched_at=FETCHED), Source(id="x", url=URL)
    ).leads


def _script(value: object, kind: str = "application/json", id_: str = "__NEXT_DATA__") -> str:
    return f'<script id="{id_}" type="{kind}">{json.dumps(value)}</script>'


def _flat(value: object) -> list[object]:
    """Write a value as devalue does: one list, objects and lists hold places in it."""
    flat: list[object] = []

    def place(one: object) -> int:
        number = len(flat)
        flat.append(None)
        if isinstance(one, dict):
            flat[number] = {key: place(inner) for key, inner in one.items()}
        elif isinstance(one, list):
            flat[number] = [place(inner) for inner in one]
        else:
            flat[number] = one
        return number

    place(value)
    return flat


def _linked(kind: str) -> object:
    articles = [
        {"@type": "NewsArticle", "headline": one.headline, "url": f"{URL}/{urls.slug(one.headline)}",
         "datePublished": one.at.isoformat(), "description": one.teaser}
        for one in TOLD
    ]  # fmt: skip
    listed = [{"@type": "ListItem", "position": n, "item": one} for n, one in enumerate(articles, 1)]
    return {
        "ItemList": {"@type": "ItemList", "itemListElement": listed},
        "CollectionPage": {"@type": "CollectionPage", "mainEntity": {"@type": "ItemList", "itemListElement": listed}},
        "Blog": {"@type": "Blog", "name": "Aktuelles", "blogPost": articles},
        "graph": {
            "@graph": [{"@type": "WebSite", "name": "App", "url": URL}, {"@type": "WebPage", "hasPart": articles}]
        },
    }[kind]


_STATE = {"props": {"pageProps": {"menu": MENU, "list": {"articles": _items()}}}, "page": "/aktuelles"}
_EDGES = {"data": {"posts": {"edges": [{"node": one} for one in _items("link")]}}, "nav": MENU}
_FLIGHT = json.dumps([1, "5:" + json.dumps(["$", "main", None, {"items": _items("href", "headline")}]) + "\n"])
_PARSED = json.dumps(json.dumps({"news": {"items": _items("path", "headline", "date", "intro")}}))
SHELLS = {
    "Next": _script(_STATE),
    "Next with GraphQL": _script(_EDGES),
    "flight rows": f"<script>self.__next_f=self.__next_f||[];self.__next_f.push({_FLIGHT})</script>",
    "Nuxt": _script(_flat({"data": {"list": _items("path"), "menu": MENU}}), id_="__NUXT_DATA__"),
    "assigned": f"<script>window.__INITIAL_STATE__ = {json.dumps({'menu': MENU, 'teasers': _items()})};</script>",
    "parsed": f"<script>window.__APOLLO_STATE__ = JSON.parse({_PARSED})</script>",
    "wrapped": _script({"results": [{"id": 7, "attributes": one} for one in _items()]}),
    "two sections": _script({"top": _items()[:3], "menu": MENU, "more": {"rest": _items()[3:]}}),
    **{f"JSON-LD {kind}": _script(_linked(kind), "application/ld+json", "x")
       for kind in ("ItemList", "CollectionPage", "Blog", "graph")},
}  # fmt: skip


@pytest.mark.parametrize("name", SHELLS)
def test_a_page_without_visible_links_gives_the_articles_its_scripts_carry(name: str) -> None:
    leads = _leads(SHELLS[name])
    assert [lead.headline for lead in leads] == [one.headline for one in TOLD]
    assert [lead.url for lead in leads] == [f"{URL}/{urls.slug(one.headline)}" for one in TOLD]
    assert [lead.published for lead in leads] == [one.at for one in TOLD]
    assert [lead.teaser for lead in leads] == [one.teaser for one in TOLD]


def test_what_a_page_shows_goes_before_what_it_carries() -> None:
    shown = "".join(f'<h3><a href="/n/{one.number}-ein-anderer-titel">{one.headline}</a></h3>' for one in TOLD)
    assert {lead.url.split("/")[3] for lead in _leads(SHELLS["Next"], f"<main>{shown}</main>")} == {"n"}


def test_dates_that_only_the_json_ld_tells_are_taken_from_there() -> None:
    shown = "".join(
        f'<h3><a href="/aktuelles/{urls.slug(one.headline)}">{one.headline}</a></h3>' for one in reversed(TOLD)
    )
    leads = _leads(SHELLS["JSON-LD ItemList"], f"<main>{shown}</main>")
    assert [lead.published for lead in leads] == [one.at for one in reversed(TOLD)]


@pytest.mark.parametrize(
    "state",
    [
        {"menu": MENU},
        {"products": [{"url": f"/p/{n}", "name": f"Schuh {n}", "price": n} for n in range(20)]},
        {"deep": [[[[{"a": [{"b": 1}] * 50}]]]] * 50},
        {"titles": [{"title": one.headline, "date": one.at.isoformat()} for one in TOLD]},
    ],
)
def test_menus_goods_and_what_has_no_address_are_no_articles(state: object) -> None:
    with pytest.raises(ContentError, match="nothing that looks like a list of articles"):
        _leads(_script(state))
