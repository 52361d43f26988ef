"""Articles in, the sample portal's pages out, in the shape of a German e-government news portal.

The markup is plain: dates stand in the text, kicker and headline touch, today's date is in the masthead. What a reader
of such pages stumbles over is there on purpose; `traps.TRAPS` says what is where.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from email.utils import format_datetime
from typing import Literal
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from feedsvc import urls
from feedsvc.demo import markup
from feedsvc.demo.content import Article

Design = Literal["", "neu/"]  # the templates' directory: as the portal always was, and after its relaunch

SITE = "Amtsblick digital"
TOPICS = (
    "IT-Infrastruktur",
    "Politik",
    "IT-Sicherheit",
    "Datenschutz",
    "Künstliche Intelligenz",
    "Portale",
    "Breitband",
    "Smart City",
)
# Pages that are no articles, though one of them looks like one in a list (trap T22).
NOTICES = {
    "/newsletter/": ("Newsletter", ("Jeden Freitag um 7 Uhr: die wichtigsten Meldungen der Woche.",)),
    "/meldungen/newsletter-jetzt-bestellen/": (
        "Newsletter: Die Woche im Überblick",
        ("Dies ist ein Beispielportal. Es verschickt keine E-Mails.",),
    ),
    "/impressum/": ("Impressum", ("Ein Beispielportal, das nur auf diesem Rechner zu sehen ist.",)),
    "/datenschutz/": ("Datenschutz", ("Dieses Portal speichert nichts und lädt nichts von anderen.",)),
}
_WEEKDAYS = "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split()
_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
_CUT = 120  # characters of a lead whose list entry ends in "... mehr..." (trap T7)

_templates = jinja2.Environment(
    loader=jinja2.PackageLoader("feedsvc.demo"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article as a list shows it, under the address this list happens to use."""

    article: Article
    href: str

    @property
    def date(self) -> str:
        return _day(self.article.published)

    @property
    def words(self) -> str:
        """The day in words."""
        return _in_words(self.article.published)

    @property
    def lead(self) -> str:
        """The teaser, cut in the middle of a sentence where the article's "more" begins with dots."""
        teaser = self.article.teaser
        return teaser[: teaser.rfind(" ", 0, _CUT)] if self.article.more.startswith("...") else teaser

    @property
    def moment(self) -> str:
        """The hour the feed tells (RFC 822), local time in office hours."""
        hour, minute = 8 + self.article.number % 9, self.article.number * 7 % 60
        return format_datetime(datetime.combine(self.article.published, time(hour, minute), ZoneInfo("Europe/Berlin")))


def front(
    today: date,
    items: Sequence[Article],
    pinned: Article | None,
    *,
    page: int,
    pages: int,
    heading: str = "Meldungen",
    design: Design = "",
) -> str:
    """Return list page number `page` of `pages`, the pinned story on top of it (trap T14)."""
    return _render(
        f"{design}list.html",
        today,
        heading=heading,
        items=[Item(article=article, href=_address(article)) for article in items],
        pinned=Item(article=pinned, href=_pinned_address(pinned, page)) if pinned else None,
        page=page,
        pages=range(1, pages + 1),
    )


def topic(today: date, name: str, items: Sequence[Article], *, design: Design = "") -> str:
    """Return the list page of one category."""
    return front(today, items, None, page=1, pages=0, heading=name, design=design)


def article(today: date, shown: Article, related: Sequence[Article], base: str, *, design: Design = "") -> str:
    """Return an article's page, the block of other articles below it (traps T10 to T12)."""
    return _render(
        f"{design}article.html",
        today,
        heading=shown.headline,
        article=shown,
        base=base,
        date=_day(shown.published),
        words=_in_words(shown.published),
        body=markup.html(shown.body or shown.teaser),
        counter=hashlib.blake2b(shown.slug.encode(), digest_size=16).hexdigest(),
        labels=_labels(shown),
        related=[Item(article=other, href=_address(other)) for other in related],
    )


def notice(today: date, heading: str, paragraphs: Iterable[str]) -> str:
    """Return a page that is no article: imprint, errors."""
    return _render("notice.html", today, heading=heading, paragraphs=tuple(paragraphs))


def feed(notes: Sequence[Article], base: str) -> str:
    """Return the portal's own RSS feed of short notices."""
    items = [Item(article=note, href=note.path) for note in notes]
    return _templates.get_template("feed.xml").render(site=SITE, base=base, items=items)


def style() -> str:
    """Return the style sheet of all pages."""
    return _templates.get_template("stil.css").render()


def topic_path(name: str) -> str:
    """Return the address of a category's list page."""
    return f"/themen/{urls.slug(name)}/"


def _render(template: str, today: date, **values: object) -> str:
    masthead = f"{_WEEKDAYS[today.weekday()]}, {_in_words(today)}"
    topics = [(name, topic_path(name)) for name in TOPICS]
    return _templates.get_template(template).render(
        site=SITE, masthead=masthead, topics=topics, year=today.year, **values
    )


def _address(article: Article) -> str:
    """Return one of an article's addresses: lists link with and without slash, some with tracking (trap T15)."""
    if article.number % 4 == 0:
        return f"{article.path}?utm_source=startseite&utm_medium=teaser"
    return article.path.rstrip("/") if article.number % 4 == 1 else article.path


def _pinned_address(article: Article, page: int) -> str:
    """Return the pinned story's address, another one on each list page (trap T15)."""
    forms = (article.path, f"/?p={article.number}", article.path.rstrip("/"))
    return forms[(page - 1) % len(forms)]


def _labels(article: Article) -> Markup:
    if article.plain_categories:
        return Markup(" ").join(article.categories)
    links = (Markup('<a href="{}">{}</a>').format(topic_path(name), name) for name in article.categories)
    return Markup(" ").join(links)


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _in_words(day: date) -> str:
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"
