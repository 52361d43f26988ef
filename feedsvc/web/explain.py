"""An error's kind, a field's name, a health in; what it means and what to do about it out, in the operator's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from feedsvc.model import Health

T = TypeVar("T")

# kind -> what happened, what to do
_ERRORS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "de": {
        "dns": ("der Rechnername ist nicht zu finden", "Adresse in config.toml prüfen; stimmt sie, abwarten."),
        "connect": ("es kommt keine Verbindung zustande", "Abwarten; bleibt es dabei, Adresse und Firewall prüfen."),
        "tls": ("das Zertifikat ist nicht in Ordnung", "Den Betreiber ansprechen, oder [fetch] ca_file setzen."),
        "timeout": ("die Quelle antwortet nicht rechtzeitig", "Abwarten; die Abstände werden von selbst länger."),
        "deadline": ("die Antwort dauert zu lange", "Abwarten, oder [fetch] deadline erhöhen."),
        "too_large": ("die Antwort ist zu groß", "Eine kleinere Liste angeben, oder [fetch] max_bytes erhöhen."),
        "truncated": ("die Antwort bricht mittendrin ab", "Abwarten; nichts davon wurde übernommen."),
        "encoding": ("die Antwort ist nicht zu entpacken", "Den Betreiber der Quelle ansprechen."),
        "redirect": ("die Weiterleitung führt nicht ans Ziel", "Die neue Adresse suchen und in config.toml eintragen."),
        "private_address": ("die Adresse liegt im internen Netz", "Ist das gewollt: [fetch] allow_private ergänzen."),
        "robots": ("robots.txt untersagt das Lesen", "Um Erlaubnis bitten; liegt sie vor, ignore_robots begründen."),
        "tdm": ("Text und Data Mining ist vorbehalten", "Um Erlaubnis bitten, oder content = \"teaser\" setzen."),
        "unauthorized": ("die Quelle verlangt eine Anmeldung", "Zugang erfragen und unter headers eintragen."),
        "forbidden": ("die Quelle weist uns ab (403)", "Den Betreiber ansprechen; Kontakt steht in unserer Kennung."),
        "challenge": ("die Quelle prüft, ob ein Mensch fragt", "Nach einem Feed fragen oder um Freigabe bitten."),
        "consent_wall": ("vor den Artikeln steht eine Einwilligung", "Eine Adresse ohne sie oder einen Feed suchen."),
        "paywall": ("die Artikel sind kostenpflichtig", "articles = \"never\" setzen: dann genügt die Liste."),
        "not_found": ("die Adresse gibt es nicht (404)", "Die neue Adresse suchen: feedsvc add URL --dry-run"),
        "gone": ("die Quelle ist dauerhaft weg (410)", "Die Quelle aus config.toml nehmen oder ersetzen."),
        "rate_limited": ("die Quelle bittet um Geduld (429)", "Nichts tun, oder every und host_gap erhöhen."),
        "server_error": ("die Quelle hat selbst eine Störung", "Abwarten; die Abstände werden von selbst länger."),
        "client_error": ("die Quelle lehnt die Anfrage ab", "Die Adresse im Browser öffnen und vergleichen."),
        "not_a_feed": ("wo ein Feed war, steht etwas anderes", "Die Adresse prüfen: feedsvc try QUELLE"),
        "parse": ("die Antwort ist nicht zu lesen", "Nachsehen, was ankommt: feedsvc try QUELLE"),
        "no_items": ("es sind keine Einträge zu finden", "Nachsehen und die Regeln anpassen: feedsvc try QUELLE"),
        "rule": ("eine Regel passt nicht mehr", "Die Regel in config.toml anpassen: feedsvc try QUELLE"),
        "internal": ("ein Fehler in feedsvc", "Das Protokoll ansehen und den Fehler melden."),
    },
    "en": {
        "dns": ("the host name cannot be found", "Check the address in config.toml; if it is right, wait."),
        "connect": ("no connection can be made", "Wait; if it lasts, check the address and the firewall."),
        "tls": ("the certificate is not in order", "Write to the site's operator, or set [fetch] ca_file."),
        "timeout": ("the site does not answer in time", "Wait; the pauses grow by themselves."),
        "deadline": ("the answer takes too long", "Wait, or raise [fetch] deadline."),
        "too_large": ("the answer is too large", "Name a shorter list, or raise [fetch] max_bytes."),
        "truncated": ("the answer breaks off", "Wait; nothing of it was taken."),
        "encoding": ("the answer cannot be unpacked", "Write to the site's operator."),
        "redirect": ("the redirect leads nowhere", "Find the new address and write it into config.toml."),
        "private_address": ("the address is in a private network", "If meant so: add it to [fetch] allow_private."),
        "robots": ("robots.txt forbids it", "Ask for permission; with it, give a reason in ignore_robots."),
        "tdm": ("text and data mining is reserved", "Ask for permission, or set content = \"teaser\"."),
        "unauthorized": ("the site wants a login", "Ask for access and write it into headers."),
        "forbidden": ("the site turns us away (403)", "Write to its operator; our user agent names the contact."),
        "challenge": ("the site checks for a human", "Ask for a feed, or to be let through."),
        "consent_wall": ("a consent wall stands before the articles", "Find an address without one, or a feed."),
        "paywall": ("the articles cost money", "Set articles = \"never\": the list is enough then."),
        "not_found": ("there is no such address (404)", "Find the new address: feedsvc add URL --dry-run"),
        "gone": ("the source is gone for good (410)", "Take it out of config.toml, or replace it."),
        "rate_limited": ("the site asks for patience (429)", "Do nothing, or raise every and host_gap."),
        "server_error": ("the site has a fault of its own", "Wait; the pauses grow by themselves."),
        "client_error": ("the site refuses the request", "Open the address in a browser and compare."),
        "not_a_feed": ("where a feed was is something else", "Check the address: feedsvc try SOURCE"),
        "parse": ("the answer cannot be read", "See what arrives: feedsvc try SOURCE"),
        "no_items": ("no entries can be found", "Look, and mend the rules: feedsvc try SOURCE"),
        "rule": ("a rule fits no longer", "Mend the rule in config.toml: feedsvc try SOURCE"),
        "internal": ("an error in feedsvc", "Look into the log, and report it."),
    },
}  # fmt: skip

_FIELDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "items": "die Einträge der Liste", "addresses": "die Adressen der Einträge", "headline": "Überschrift",
        "published": "Datum", "teaser": "Anrisstext", "kicker": "Dachzeile", "image": "Bild", "body": "Text",
        "categories": "Rubriken", "list": "{name} in der Liste", "article": "{name} auf den Artikelseiten",
    },
    "en": {
        "items": "the entries of the list", "addresses": "the addresses of the entries", "headline": "headline",
        "published": "date", "teaser": "teaser", "kicker": "kicker", "image": "picture", "body": "text",
        "categories": "topics", "list": "{name} on the list", "article": "{name} on article pages",
    },
}  # fmt: skip

_HEALTH: Mapping[str, Mapping[Health, str]] = {
    "de": {
        "new": "neu", "ok": "in Ordnung", "quiet": "ruhig", "degraded": "lückenhaft", "broken": "gestört",
        "blocked": "gesperrt", "gone": "verschwunden", "disabled": "abgeschaltet",
    },
    "en": {
        "new": "new", "ok": "in order", "quiet": "quiet", "degraded": "incomplete", "broken": "broken",
        "blocked": "blocked", "gone": "gone", "disabled": "switched off",
    },
}  # fmt: skip

_OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "de": {
        "field": "Nachsehen, welche Regel was liefert: feedsvc try {source}",
        "quiet": "Im Browser nachsehen, ob dort wirklich nichts Neues steht.",
        "degraded": "Nachsehen, was fehlt: feedsvc try {source}",
    },
    "en": {
        "field": "See which rule gives what: feedsvc try {source}",
        "quiet": "Look in a browser whether there is really nothing new.",
        "degraded": "See what is missing: feedsvc try {source}",
    },
}


def health(language: str, value: Health) -> str:
    """Return a health in words."""
    return _of(_HEALTH, language)[value]


def error(language: str, kind: str) -> str:
    """Return what an error of that kind means, as half a sentence."""
    found = _of(_ERRORS, language).get(kind)
    return found[0] if found else kind.replace("_", " ")


def field(language: str, name: str) -> str:
    """Return a failing field ("list.published") in words."""
    said = _of(_FIELDS, language)
    where, dot, which = name.partition(".")
    if not dot:
        return said.get(name, name)
    return said.get(where, "{name} (" + where + ")").format(name=said.get(which, which))


def advice(language: str, source: str, state: Health, kind: str | None, failing: str | None) -> str | None:
    """Return what the operator can do about a source, None if nothing is to be done."""
    if state in ("ok", "new", "disabled"):
        return None
    otherwise = _of(_OTHERWISE, language)
    placeholder = "QUELLE" if language == "de" else "SOURCE"
    found = _of(_ERRORS, language).get(kind or "")
    if found:
        return found[1].replace(placeholder, source)
    if failing:
        return otherwise["field"].format(source=source)
    return otherwise.get(state, otherwise["degraded"]).format(source=source)


def _of(texts: Mapping[str, T], language: str) -> T:
    return texts.get(language, texts["en"])
