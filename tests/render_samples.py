"""Entries as a store would give them, in the shape of a German e-government portal."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from feedsvc.model import Article, Enclosure, Entry, Feed, Image, Membership, Origin, Site

FIRST_SEEN = datetime(2024, 4, 29, 6, 30, tzinfo=UTC)
_HEADLINES = (
    ("Nordmark", "Bürgerportal startet mit zwölf Diensten", "Seit Montag lassen sich in Nordmark zwölf Leistungen"
     " vollständig online beantragen. Weitere sollen bis zum Jahresende folgen, kündigte das Ministerium an."),
    ("Bund/Länder", "Registermodernisierung kommt in Etappen", "Bund und Länder haben sich auf einen Zeitplan für die"
     " Anbindung der ersten Register verständigt. Den Anfang machen die Melderegister."),
    (None, "Open-Source-Zentrum legt Jahresbericht vor", "Das Zentrum hat im vergangenen Jahr 31 Projekte begleitet."
     " Im Mittelpunkt standen Arbeitsplatzsoftware und der Betrieb eigener Rechenzentren."),
    ("Seestadt", "KI beantwortet Fragen der Bürger*innen", "Ein Sprachassistent soll das Bürgertelefon der Stadt"
     " entlasten. In der Pilotphase beantwortet er Fragen zu Öffnungszeiten, Unterlagen und Gebühren."),
    ("Talkreis", "Glasfaser für 14.500 Haushalte", "Der Landkreis hat den Zuschlag für den Ausbau vergeben. Die ersten"
     " Anschlüsse sollen im Frühjahr 2025 in Betrieb gehen."),
)  # fmt: skip


def site(**changes: object) -> Site:
    """Return an installation with two sources and a path in its address."""
    values: dict[str, object] = {
        "title": "Verwaltung digital",
        "base_url": "https://feeds.example.org/verwaltung",
        "contact": "mailto:feeds@example.org",
        "version": "0.1.0",
        "origins": {
            "portal": Origin(id="portal", name="portal – moderne verwaltung", url="https://www.portal.example/"),
            "amtsblatt": Origin(
                id="amtsblatt", name="Amtsblatt", url="https://amtsblatt.example/news/", content="full",
                images="link", license="CC BY 4.0",
            ),
        },
    }  # fmt: skip
    return Site(**{**values, **changes})  # type: ignore[arg-type]


def feed(**changes: object) -> Feed:
    """Return a category's feed."""
    values: dict[str, object] = {
        "path": "feeds/politik",
        "slug": "politik",
        "title": "Politik",
        "kind": "category",
        "changed": FIRST_SEEN + timedelta(hours=2, microseconds=4711),
    }
    return Feed(**{**values, **changes})  # type: ignore[arg-type]


def entry(number: int = 0, *, source: str = "portal", **changes: object) -> Entry:
    """Return the numbered entry of a source: five different articles, again and again, each a day older."""
    kicker, headline, teaser = _HEADLINES[number % len(_HEADLINES)]
    day = datetime(2024, 4, 26, 22, tzinfo=UTC) - timedelta(days=number)
    article = {
        "url": f"https://www.{source}.example/meldungen/meldung-{number}",
        "title": f"{kicker}: {headline}" if kicker else headline,
        "headline": headline,
        "kicker": kicker,
        "teaser": teaser,
        "published": day,
        "published_precision": "day",
        "categories": ("Politik", "E-Government"),
        "language": "de",
        **changes.pop("article", {}),  # type: ignore[dict-item]
    }
    values: dict[str, object] = {
        "id": uuid.uuid5(uuid.NAMESPACE_URL, f"{source}/{number}").urn,
        "source": source,
        "article": Article(**article),
        "feed_time": day + timedelta(hours=12, seconds=-number),
        "first_seen": FIRST_SEEN,
        "changed": FIRST_SEEN,
        "memberships": (Membership(feed="feeds/politik", name="Politik", reason="label: Politik"),),
    }
    return Entry(**{**values, **changes})  # type: ignore[arg-type]


def origin(source: str, **changes: object) -> Origin:
    """Return a source of the sample site with changed permissions."""
    return replace(site().origins[source], **changes)  # type: ignore[arg-type]


def rich(number: int = 100, **article: object) -> Entry:
    """Return an entry that has everything: licensed full text, a picture with its texts, files, an edit, authors."""
    return entry(
        number,
        source="amtsblatt",
        changed=FIRST_SEEN + timedelta(hours=2),
        article={
            "body_html": "<p>Die <em>Verordnung</em> gilt ab Mai, <a href='https://amtsblatt.example/v/1?a=1&amp;b=2'>"
            "hier im Wortlaut</a>.</p><h2>Fristen</h2><ul><li>1. Mai</li><li>1. Juni</li></ul><p>A &amp; B &lt; C</p>",
            "body_text": "Die Verordnung gilt ab Mai, hier im Wortlaut.\nFristen\n1. Mai\n1. Juni",
            "authors": ("Eva Muster", "Jörg Beispiel"),
            "image": Image(
                url="https://amtsblatt.example/bild übersicht.jpg",
                alt="Zwei Personen unterzeichnen eine Vereinbarung.",
                caption="Nach der Unterzeichnung in Seestadt",
                credit="K. Lens (Stadtarchiv)",
            ),
            "enclosures": (
                Enclosure(url="https://amtsblatt.example/ton.mp3", media_type="audio/mpeg", length=123456),
                Enclosure(url="https://amtsblatt.example/anhang.pdf", media_type="application/pdf"),
            ),
            **article,
        },
    )


def entries() -> tuple[Entry, ...]:
    """Return a feed's worth of entries, newest first."""
    english = entry(3, article={"language": "en", "title": "Portal opens", "headline": "Portal opens", "kicker": None})
    return (rich(-1), entry(0), entry(1), entry(2), english, entry(4, article={"published": None}))
