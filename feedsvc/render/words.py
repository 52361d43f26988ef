"""The interface language in, everything pages and feeds say to people in it out: labels, sentences, dates, reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from feedsvc.model import FeedKind, Precision, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's texts; a field that a language lacks is a type error."""

    language: str
    months: tuple[str, ...]
    day: str
    moment: str
    untitled: str
    read_it_at: str
    rights: str
    described: Mapping[FeedKind, str]
    reasons: Mapping[str, str]
    skip: str
    search: str
    search_label: str
    navigation: str
    overview: str
    about: str
    about_short: str
    status: str
    subscribe: str
    subscribe_all: str
    subscribe_feed: str
    open_in_reader: str
    address: str
    what_is_a_feed: str
    a_feed_is: tuple[str, str, str]
    lead: str
    lead_one: str
    topics: str
    questions: str
    sources: str
    group: Mapping[FeedKind, str]
    all_entries: str
    every_feed: str
    entries: str
    one_entry: str
    none_yet: str
    last_change: str
    no_date: str
    first_seen: str
    corrected: str
    why: str
    also_in: str
    paywalled: str
    not_found: str
    not_found_text: str
    gone: str
    gone_text: str
    back: str
    made_with: str


GERMAN = Words(
    language="de",
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    day="{day}.\u00a0{month} {year}",
    moment="{day}.\u00a0{month} {year}, {time}\u00a0Uhr",
    untitled="Ohne Titel",
    read_it_at="Die Meldung steht bei {name}.",
    rights="Die Rechte an den Meldungen liegen bei den genannten Quellen.",
    described={
        "category": "Meldungen zum Thema {title}, quer durch alle Quellen.",
        "question": "Meldungen, auf die die gespeicherte Suche „{title}“ zutrifft.",
        "source": "Alle Meldungen der Quelle {title}.",
        "all": "Alle Meldungen aller Quellen und Themen.",
    },
    reasons={
        "label": "{name} führt die Meldung unter „{value}“",
        "keyword": "„{value}“ kommt in Titel oder Anriss vor",
        "source": "alles von {name} gehört hierher",
        "fallback": "kein anderes Thema passte",
        "question": "die gespeicherte Suche trifft zu",
    },
    skip="Zum Inhalt springen",
    search="Suchen",
    search_label="Meldungen durchsuchen",
    navigation="Hauptnavigation",
    overview="Übersicht",
    about="Über diesen Dienst",
    about_short="Über",
    status="Zustand",
    subscribe="Abonnieren",
    subscribe_all="Alles abonnieren",
    subscribe_feed="„{title}“ abonnieren",
    open_in_reader="Im Feedreader öffnen",
    address="Adresse zum Kopieren",
    what_is_a_feed="Was ist ein Feed?",
    a_feed_is=(
        "Ein Feed ist eine Adresse, unter der ein Programm die neuesten Meldungen zu einem Thema findet.",
        "Tragen Sie die Adresse einmal in einen Feedreader ein, zum Beispiel Thunderbird oder NetNewsWire,"
        " und jede neue Meldung erscheint dort von selbst.",
        "Sie brauchen dafür kein Konto, und niemand erfährt, was Sie lesen.",
    ),
    lead="Meldungen aus {count} Quellen, nach Themen geordnet und als Feed zu abonnieren.",
    lead_one="Meldungen einer Quelle, nach Themen geordnet und als Feed zu abonnieren.",
    topics="Themen",
    questions="Gespeicherte Suchen",
    sources="Quellen",
    group={"category": "Thema", "question": "Gespeicherte Suche", "source": "Quelle", "all": "Gesamtfeed"},
    all_entries="Alle Meldungen ansehen",
    every_feed="Alle Feeds als Abonnementliste (OPML)",
    entries="{count} Meldungen",
    one_entry="Eine Meldung",
    none_yet="Noch keine Meldung. Der Feed lässt sich trotzdem schon abonnieren.",
    last_change="Letzte Änderung: {date}",
    no_date="ohne Datum",
    first_seen="zuerst gesehen am {date}",
    corrected="Korrigiert am {date}",
    why="Warum hier?",
    also_in="Auch in",
    paywalled="Bezahlschranke",
    not_found="Diese Seite gibt es nicht",
    not_found_text="Die Adresse ist falsch geschrieben, oder es gab die Seite nie."
    " Alle Themen und Feeds stehen in der Übersicht.",
    gone="Diesen Feed gibt es nicht mehr",
    gone_text="Er wurde eingestellt und kommt unter dieser Adresse nicht wieder. Bitte löschen Sie das Abonnement"
    " in Ihrem Feedreader; in der Übersicht stehen alle Feeds, die es gibt.",
    back="Zur Übersicht",
    made_with="Erstellt mit feedsvc",
)  # fmt: skip

ENGLISH = Words(
    language="en",
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    day="{day}\u00a0{month} {year}",
    moment="{day}\u00a0{month} {year}, {time}",
    untitled="Untitled",
    read_it_at="Read it at {name}.",
    rights="The rights in the articles are held by the sources named.",
    described={
        "category": "Articles about {title} from every source.",
        "question": "Articles that the saved search “{title}” finds.",
        "source": "Every article of the source {title}.",
        "all": "Every article of every source and topic.",
    },
    reasons={
        "label": "{name} files it under “{value}”",
        "keyword": "“{value}” is in its title or teaser",
        "source": "everything from {name} belongs here",
        "fallback": "no other topic matched",
        "question": "the saved search finds it",
    },
    skip="Skip to content",
    search="Search",
    search_label="Search the articles",
    navigation="Main navigation",
    overview="Overview",
    about="About this service",
    about_short="About",
    status="Health",
    subscribe="Subscribe",
    subscribe_all="Subscribe to everything",
    subscribe_feed="Subscribe to “{title}”",
    open_in_reader="Open in feed reader",
    address="Address to copy",
    what_is_a_feed="What is a feed?",
    a_feed_is=(
        "A feed is an address at which a program finds the newest articles on a topic.",
        "Enter the address once into a feed reader, for example Thunderbird or NetNewsWire,"
        " and every new article appears there by itself.",
        "You need no account, and nobody learns what you read.",
    ),
    lead="Articles from {count} sources, ordered by topic, as feeds to subscribe to.",
    lead_one="Articles from one source, ordered by topic, as feeds to subscribe to.",
    topics="Topics",
    questions="Saved searches",
    sources="Sources",
    group={"category": "Topic", "question": "Saved search", "source": "Source", "all": "Everything"},
    all_entries="See all articles",
    every_feed="Every feed as a subscription list (OPML)",
    entries="{count} articles",
    one_entry="One article",
    none_yet="No article yet. You can subscribe to the feed all the same.",
    last_change="Last change: {date}",
    no_date="undated",
    first_seen="first seen on {date}",
    corrected="Corrected on {date}",
    why="Why is it here?",
    also_in="Also in",
    paywalled="paywall",
    not_found="There is no such page",
    not_found_text="The address is misspelt, or the page never existed. Every topic and feed is on the overview.",
    gone="This feed has been retired",
    gone_text="It will not come back at this address. Please remove it from your feed reader;"
    " the overview lists every feed there is.",
    back="To the overview",
    made_with="Made with feedsvc",
)  # fmt: skip


def of(site: Site) -> Words:
    """Return the texts of the site's language; German unless it says English."""
    return ENGLISH if site.language.lower().startswith("en") else GERMAN


def zone(site: Site) -> ZoneInfo:
    """Return the zone in which people read dates."""
    return ZoneInfo(site.timezone)


def date(moment: datetime, site: Site, precision: Precision | None = "minute") -> str:
    """Return a date in words, in the site's zone; with the time of day unless only the day is known."""
    said = of(site)
    local = moment.astimezone(zone(site))
    form = said.day if precision == "day" else said.moment
    return form.format(day=local.day, month=said.months[local.month - 1], year=local.year, time=f"{local:%H:%M}")


def reason(why: str, name: str, site: Site) -> str:
    """Return a membership's reason ("label: Politik") as half a sentence; `name` is the source's."""
    kind, _, value = why.partition(": ")
    form = of(site).reasons.get(kind)
    return form.format(name=name, value=value) if form else why
