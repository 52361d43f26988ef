"""One list in many dresses: articles in, a page out, in markup that a site may have before or after a relaunch."""

# ruff: noqa: E501  # markup and sentences stand on one line, as they are served

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from hashlib import blake2b

from redesigns.stock import SITE, Item

Dress = Callable[[Sequence[Item]], str]


def page(
    body: str, *, head: str = "", nav: str = "", foot: str = "", frame: tuple[str, str] = ("<main>", "</main>")
) -> str:
    menu = "".join(
        f'<li><a href="/themen/{each.lower()}">{each}</a></li>' for each in ("Politik", "Technik", "Kommunen")
    )
    return (
        f"<!doctype html><html lang=de><head><meta charset=utf-8><title>Amtsbote</title>{head}</head><body>"
        f"<header><a href=/>Amtsbote</a><nav><ul>{menu}</ul></nav></header>{nav}{frame[0]}{body}{frame[1]}"
        f"<footer><a href=/impressum>Impressum</a> <a href=/datenschutz>Datenschutz</a>{foot}</footer></body></html>"
    )


def _img(item: Item, css: str = "") -> str:
    named = f' class="{css}"' if css else ""
    return f'<img{named} src="{item.picture}" width=320 height=180 alt="Symbolbild zum Thema">' if item.picture else ""


def plain(items: Sequence[Item]) -> str:
    """The list everybody begins with: one box an article, classes that say what they are."""
    return page(
        "<h1>Meldungen</h1><div class=liste>"
        + "".join(
            f'<div class="meldung">{_img(each)}<h3><a href="{each.path}">{each.title}</a></h3>'
            f'<p>[{each.short}] {each.teaser} <a class=mehr href="{each.path}">mehr...</a></p></div>'
            for each in items
        )
        + "</div>"
    )


def table(items: Sequence[Item]) -> str:
    """Rows of a table, the date in a column of its own, one row of headings above."""
    rows = "".join(
        f'<tr><td class="datum">{each.short}</td><td><a href="{each.path}">{each.title}</a><br>{each.teaser}</td></tr>'
        for each in items
    )
    return page(f'<h2>Aktuelles</h2><table class="news"><tr><th>Datum</th><th>Meldung</th></tr>{rows}</table>')


def _hash(name: str, build: str) -> str:
    return f"{name}_{blake2b(f'{name}{build}'.encode(), digest_size=3).hexdigest()}"


def hashed(items: Sequence[Item], build: str = "b") -> str:
    """What a build tool makes of class names: all of them new, the same in all entries."""

    def c(name: str) -> str:
        return f"x{blake2b(f'{name}{build}'.encode(), digest_size=4).hexdigest()}"

    return page(
        f'<section class="{c("grid")}">'
        + "".join(
            f'<div class="{c("card")}"><div class="{c("media")}">{_img(each)}</div><div class="{c("body")}">'
            f'<span class="{c("roof")}">{each.kicker}</span><a class="{c("link")}" href="{each.path}">'
            f'<span class="{c("title")}">{each.headline}</span></a><div class="{c("text")}">{each.teaser}</div>'
            f'<span class="{c("date")}">{each.long}</span></div></div>'
            for each in items
        )
        + "</section>"
    )


def varying(items: Sequence[Item]) -> str:
    """Class names that are made anew for every single entry: none of them can be used."""
    return page(
        '<div class="stream">'
        + "".join(
            f'<div class="css-{_hash("e", each.slug)[2:]}"><h2 class="css-{_hash("t", each.slug)[2:]}"><a href="{each.path}">'
            f"{each.title}</a></h2><time datetime={each.day.isoformat()}>{each.long}</time>"
            f'<p class="css-{_hash("p", each.slug)[2:]}">{each.teaser}</p></div>'
            for each in items
        )
        + "</div>"
    )


def modules(items: Sequence[Item], build: str = "x7Yz2") -> str:
    """Names with a lasting beginning and a made-up end."""
    return page(
        "".join(
            f'<article class="Teaser_root__{build}">{_img(each)}<p class="Teaser_kicker__{build}">{each.kicker}</p>'
            f'<h2 class="Teaser_headline__{build}"><a href="{each.path}">{each.headline}</a></h2>'
            f'<p class="Teaser_copy__{build}">{each.teaser}</p><time class="Teaser_time__{build}" '
            f"datetime={each.day.isoformat()}T08:00+01:00>{each.short}</time></article>"
            for each in items
        )
    )


def cards(items: Sequence[Item]) -> str:
    """The whole card is one link, its parts are lines in it."""
    return page(
        '<div class="card-grid">'
        + "".join(
            f'<a class="card" href="{each.path}"><figure>{_img(each)}</figure><span class="label">{each.kicker}</span>'
            f'<strong class="card-title">{each.headline}</strong><span class="card-text">{each.teaser}</span>'
            f'<span class="card-meta">{each.short}</span></a>'
            for each in items
        )
        + "</div>"
    )


def picture_link(items: Sequence[Item]) -> str:
    """Only the picture is a link; the headline stands beside it as text."""
    return page(
        '<ul class="bildliste">'
        + "".join(
            f'<li class="eintrag"><a href="{each.path}"><img src="/bilder/x{n}.jpg" width=200 height=120 alt=""></a>'
            f'<div class="inhalt"><h4>{each.title}</h4><div class="zeit">{each.short}</div><p>{each.teaser}</p></div></li>'
            for n, each in enumerate(items)
        )
        + "</ul>"
    )


def dated_elsewhere(items: Sequence[Item]) -> str:
    """The day has moved into an attribute of the entry's foot and is printed as words there."""
    return page(
        '<div id="newsfeed">'
        + "".join(
            f'<section class="news-entry"><h3 class="news-head"><a href="{each.path}">{each.title}</a></h3>'
            f'<div class="news-body"><p>{each.teaser}</p></div><div class="news-foot">Veröffentlicht am '
            f'<time datetime="{each.day.isoformat()}T07:30:00+01:00">{each.long}</time></div></section>'
            for each in items
        )
        + "</div>"
    )


def wrapped(items: Sequence[Item]) -> str:
    """The old boxes under other names, three wrappers deeper, in rows of two."""
    boxes = [
        f'<div class="col"><div class="box"><div class="box-inner">{_img(each)}<h3><a href="{each.path}">{each.title}</a>'
        f'</h3><p class="lead"><b>{each.short}</b> {each.teaser}</p></div></div></div>'
        for each in items
    ]
    rows = "".join(f'<div class="reihe">{"".join(boxes[n : n + 2])}</div>' for n in range(0, len(boxes), 2))
    return page(f'<div id="content-wrap"><div id="inner-wrap">{rows}</div></div>')


def new_navigation(items: Sequence[Item]) -> str:
    """A large menu of headlines-like links stands in front, outside of any <nav>."""
    topics = ("Alle Meldungen zur Verwaltung", "Termine und Fristen im Überblick", "Förderung für kleine Kommunen",
              "Dossier: Wege zum Portalverbund", "Unsere Autorinnen und Autoren", "Archiv der letzten zehn Jahre")  # fmt: skip
    menu = "".join(
        f'<div class="teaser"><h3><a href="/seiten/uebersicht-{n}">{t}</a></h3></div>' for n, t in enumerate(topics)
    )
    return page(
        '<div class="strom">'
        + "".join(
            f'<div class="teaser teaser--news"><h3><a href="{each.path}">{each.title}</a></h3>'
            f'<p><span class="tag">{each.short}</span> {each.teaser}</p></div>'
            for each in items
        )
        + "</div>",
        nav=f'<div class="quickstart">{menu}</div>',
    )


def glued(items: Sequence[Item]) -> str:
    """Kicker and headline touch, each in a span."""
    return page(
        '<div class="artikelliste">'
        + "".join(
            f'<article><h2><a href="{each.path}">'
            + (f"<span class=dz>{each.kicker}</span>" if each.kicker else "")
            + f"<span class=sz>{each.headline}</span></a></h2><p class=vs>{each.teaser}</p><p class=dat>{each.short}</p></article>"
            for each in items
        )
        + "</div>"
    )


def unglued(items: Sequence[Item]) -> str:
    """The kicker stands on a line of its own above the headline."""
    return page(
        '<div class="hub">'
        + "".join(
            f'<div class="hub__item"><div class="hub__roof">{each.kicker}</div><div class="hub__head"><a href="{each.path}">'
            f'{each.headline}</a></div><div class="hub__info">{each.long} | Redaktion</div><div class="hub__intro">{each.teaser}</div></div>'
            for each in items
        )
        + "</div>"
    )


def bare(items: Sequence[Item]) -> str:
    """The teaser is gone: day and headline in a plain list."""
    return page(
        '<ul class="ticker">'
        + "".join(f'<li><i>{each.short}</i> <a href="{each.path}">{each.title}</a></li>' for each in items)
        + "</ul>"
    )


def two_columns(items: Sequence[Item]) -> str:
    """The news on the left, on the right a box of what is read most, with the same headlines."""
    popular = "".join(f'<li><a href="{each.path}">{each.title}</a></li>' for each in list(items)[4:9])
    return page(
        '<div class="left"><div class="blog">'
        + "".join(
            f'<div class="post"><h2 class="post-title"><a href="{each.path}">{each.title}</a></h2><div class="post-date">'
            f'{each.long}</div><div class="post-excerpt">{each.teaser}</div></div>'
            for each in items
        )
        + f'</div></div><div class="right"><h4>Meistgelesen</h4><ol class="top">{popular}</ol></div>',
        frame=("<div class=page>", "</div>"),
    )


def flat(items: Sequence[Item]) -> str:
    """No box an article: headline, day and text follow each other."""
    return page(
        "".join(
            f'<h3><a href="{each.path}">{each.title}</a></h3><h6>{each.long}</h6><p>{each.teaser}</p>' for each in items
        )
    )


def flat_lines(items: Sequence[Item]) -> str:
    """The same in plain paragraphs, each with a class."""
    return page(
        "<div class=fluss>"
        + "".join(
            f'<h4><a href="{each.path}">{each.title}</a></h4><p class=d>{each.short}</p><p class=t>{each.teaser}</p>'
            for each in items
        )
        + "</div>"
    )


def linked_data(items: Sequence[Item]) -> str:
    """A JSON-LD list in the head, and the list itself in other markup."""
    elements = [{"@type": "ListItem", "position": n, "url": SITE + each.path} for n, each in enumerate(items, 1)]
    told = json.dumps({"@context": "https://schema.org", "@type": "ItemList", "itemListElement": elements})
    return page(
        '<div class="list-view" role="feed">'
        + "".join(
            f'<div class="list-view-item" itemscope itemtype="https://schema.org/NewsArticle"><a itemprop="url" href="{each.path}">'
            f'<span itemprop="headline">{each.title}</span></a><meta itemprop="datePublished" content="{each.day.isoformat()}">'
            f'<span itemprop="description">{each.teaser}</span></div>'
            for each in items
        )
        + "</div>",
        head=f'<script type="application/ld+json">{told}</script>',
    )


def paged(items: Sequence[Item]) -> str:
    """Another pager, an offer among the entries, and other boxes."""
    offer = '<div class="entry"><h3><a href="/newsletter-bestellen-jede-woche">Der Newsletter: Jede Woche das Wichtigste</a></h3><p>Kostenlos und kündbar.</p></div>'
    entries = [
        f'<div class="entry"><p class="when">{each.short}</p><h3><a href="{each.path}">{each.title}</a></h3><p>{each.teaser}</p></div>'
        for each in items
    ]
    return page(
        f'<div class="entries">{"".join(entries[:4])}{offer}{"".join(entries[4:])}</div><div class="seiten">'
        '<a href="/?offset=10">11-20</a> <a href="/?offset=20">21-30</a> <a href="/?offset=10">weiter</a></div>'
    )


def moved(items: Sequence[Item]) -> str:
    """New boxes, and every article under another address: only the headlines are the same."""
    return page(
        '<div class="aktuell">'
        + "".join(
            f'<div class="aktuell-item"><h3><a href="/de/presse/2026/{n:05d}.html">{each.title}</a></h3>'
            f'<span class="aktuell-datum">{each.short}</span><p>{each.teaser}</p></div>'
            for n, each in (
                (int.from_bytes(blake2b(each.slug.encode(), digest_size=2).digest(), "big"), each) for each in items
            )
        )
        + "</div>"
    )


def shortened(items: Sequence[Item]) -> str:
    """Headlines are cut off and end in dots: only the addresses are the same."""
    return page(
        '<div class="kacheln">'
        + "".join(
            f'<div class="kachel"><div class="kachel-titel"><a href="{each.path}">{each.title[: len(each.title) - 9].rstrip()} …</a></div>'
            f'<div class="kachel-tag">{each.short}</div><div class="kachel-text">{each.teaser}</div></div>'
            for each in items
        )
        + "</div>"
    )


def unrecognisable(items: Sequence[Item]) -> str:
    """Other addresses and headlines cut off at once: nothing is left to recognise an article by."""
    return (
        moved(items)
        .replace("</a></h3>", " …</a></h3>")
        .replace("Register sprechen", "Register: sie sprechen")
        .replace("ein", "1")
    )


def other_site_in_the_same_boxes() -> str:
    """The same, in boxes that have every part the old ones had, pictures and kickers too."""
    boxes = other_site().replace(
        '<div class="beitrag"><h3>', '<div class="meldung"><img src="/b/1.jpg" width=320 height=180 alt="Bild"><h3>'
    )
    return boxes.replace('tage">', 'tage">Leben: ')


def scripted(items: Sequence[Item]) -> str:
    """The list is drawn by a script, from an address that is asked later."""
    return page('<div id="app" data-endpoint="/api/news?page=1"></div><script src="/app.js"></script>')


# ---- what stands in a list's place ----------------------------------------------------------------------------------


def consent_wall() -> str:
    return page(
        '<div class="cmp-layer"><h1>Wir brauchen Ihre Zustimmung</h1><p>Wir und unsere 214 Partner verwenden Cookies und ähnliche '
        "Technologien, um Informationen auf Ihrem Gerät zu speichern und personenbezogene Daten zu verarbeiten. Sie können Ihre "
        "Einwilligung jederzeit widerrufen oder mit einem Pur-Abo ohne Werbung und ohne Tracking weiterlesen.</p>"
        "<p>Mit Klick auf „Alle akzeptieren“ stimmen Sie der Verarbeitung Ihrer Daten zu Werbezwecken durch alle Partner zu.</p>"
        "<button>Alle akzeptieren</button><button>Einstellungen</button><a href=/pur>Pur-Abo abschließen</a></div>"
    )


def maintenance() -> str:
    return page(
        "<h1>Wartungsarbeiten</h1><p>Wir bauen um und sind am Abend wieder für Sie da. Bitte haben Sie Geduld.</p>"
    )


def challenge() -> str:
    return (
        "<!doctype html><html><head><title>Just a moment...</title></head><body><h1>www.amtsbote.example</h1><p>Checking your "
        'browser before accessing the site.</p><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>'
        "<noscript>Enable JavaScript and cookies to continue</noscript></body></html>"
    )


def emptied() -> str:
    """The old frame on a day without entries."""
    return page("<h1>Meldungen</h1><div class=liste><p>Zurzeit liegen keine Meldungen vor.</p></div>")


def navigation() -> str:
    """The news are gone; what is left are the portal's own pages, in boxes that look like entries."""
    told = ("Alle Dienste der Stadt im Überblick", "So erreichen Sie unsere Ämter und Schalter", "Formulare und Anträge von A bis Z",
            "Unsere Angebote in einfacher Sprache", "Ausschreibungen und Vergaben der Stadt", "Die Geschichte unserer Stadt in Bildern",
            "Wegweiser durch das neue Rathaus", "Stellen und Ausbildung bei der Stadt", "Kontakt zu den Fraktionen im Rat")  # fmt: skip
    return page(
        "".join(
            f'<article><h2><a href="/seiten/{n}-angebote-der-stadt-im-netz">{each}</a></h2></article>'
            for n, each in enumerate(told)
        )
    )


def other_site() -> str:
    """Somebody else's news behind the same address: a domain that was sold."""
    told = ("Zehn Ideen für den kleinen Balkon", "Diese Schuhe trägt man im Sommer", "So gelingt der Teig ohne Hefe",
            "Der beste Kaffee kommt aus der Kanne", "Was Hunde über das Wetter wissen", "Fünf Spiele für lange Fahrten",
            "Warum wir im Herbst mehr schlafen", "Ein Sofa für drei Generationen")  # fmt: skip
    return page(
        "<div class=magazin>"
        + "".join(
            f'<div class="beitrag"><h3><a href="/magazin/{n}-tipps-fuer-alle-tage">{each}</a></h3><p>[{24 - n // 4}.03.2026] Unsere Redaktion '
            "hat nachgesehen, probiert und aufgeschrieben, was sich lohnt und was nicht.</p></div>"
            for n, each in enumerate(told)
        )
        + "</div>"
    )


def sidebar_only(items: Sequence[Item]) -> str:
    """The list is empty, and some of its old articles still stand in the box of what is read most."""
    popular = "".join(f'<li><a href="{each.path}">{each.title}</a></li>' for each in items)
    return page(
        f'<h1>Meldungen</h1><p>Zurzeit keine.</p><aside class="sidebar"><h4>Meistgelesen</h4><ol>{popular}</ol></aside>'
    )


# ---- article pages --------------------------------------------------------------------------------------------------


def article(item: Item, *, body: bool = True) -> str:
    text = f"<p>{item.teaser}</p>" + (
        f"<p>{'Der Rat hat darüber beraten und am Abend beschlossen. ' * 6}</p>" if body else ""
    )
    return page(
        f"<article><h1>{item.headline}</h1><time datetime={item.day.isoformat()}>{item.long}</time>{text}</article>"
    )
