"""The text of a Full-Text RSS site config file in (ftr-site-config), article rules and what is not honoured out.

A file has one "directive: value" a line; values of title, body, date, author, strip and of links are XPaths. A line is
honoured, or is without effect here because what it asks for happens anyway, or is told in a Note: none is dropped in
silence. A broken line costs itself, not its file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

from feedsvc import html
from feedsvc.model import ArticleRules, Problem

MAX_CHARS = 300_000  # of one file; the largest in use have some thousand
MAX_LINES = 2_000  # that are directives
GLOBAL = "global.txt"  # its rules are added to those of every host

_LINE = re.compile(r"([\w-]+)[ \t]*(?:\((.*?)\))?[ \t]*:[ \t]*(.*)")
_ONE_PAIR = re.compile(r"replace_string\((.*?)\)\s*:\s?(.*)", re.IGNORECASE | re.DOTALL)
_YES = frozenset({"yes", "true", "1", "on"})
_NO = frozenset({"no", "false", "0", "off"})

# What happens anyway, or is of no consequence for what is read here.
WITHOUT_EFFECT = frozenset(
    "tidy parser prune test_url test_urls test_contains test strip_attr post_strip_attr strip_comments footnotes"
    " convert_double_br_tags insert_detected_image".split()
)
_REASONS = {
    "http_header": "feedsvc says who it is and sends no other names",
    "native_ad_clue": "advertisements are not told from articles",
    "autodetect_next_page": "next pages are found by themselves",
    "single_page_link_in_feed": "links of feeds are followed as they are",
    "requires_login": "feedsvc does not log in",
    "src_lazy_load_attr": "lazy pictures are repaired by the attributes in general use",
}
_HINTS = {
    "http_header": 'a source may send headers of its own: headers = { Cookie = "env:NAME" }',
    "requires_login": 'a source may send headers of its own: headers = { Authorization = "env:NAME" }',
}
_LOGIN = re.compile(r"login_\w+|not_logged_in_xpath|requires_login")


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What has been read of a file so far."""

    where: str
    line: int = 0
    found: dict[str, list[str]] = field(default_factory=dict)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    looking_for: tuple[str, int] | None = None  # a find_string that waits for its replace_string
    asks_itself: bool = True
    notes: list[Problem] = field(default_factory=list)

    def note(self, message: str, hint: str | None = None, line: int | None = None) -> None:
        self.notes.append(Problem(key=self.where, line=line or self.line, message=message, hint=hint))

    def rule(self, name: str, xpath: str) -> None:
        """Take a rule over, if it can be used."""
        try:
            html.check(made := f"xpath:{xpath}")
        except html.BadRule as error:
            self.note(f"“{xpath[:200]}” is {error}; the line is left out", error.hint)
            return
        self.found.setdefault(name, []).append(made)


def names(host: str) -> tuple[str, ...]:
    """Return the file names a host's rules may have, best first: its own, and that of the domain above it with a dot.

    "www." is left out: www.example.org is example.org.txt, sport.example.org is sport.example.org.txt, else
    .example.org.txt, which is not for example.org itself.
    """
    bare = host.lower().rstrip(".").removeprefix("www.")
    above = bare.partition(".")[2]
    return tuple(f"{name}.txt" for name in (bare, f".{above}" if above else "") if name)


def parse(source: str, where: str) -> tuple[ArticleRules, tuple[Problem, ...]]:
    """Return the rules of one file, and a note for every line that is not honoured; `where` names the file in these."""
    reading = _Reading(where=where)
    lines = source[:MAX_CHARS].removeprefix("\ufeff").splitlines()
    if len(source) > MAX_CHARS:
        reading.note(f"the file is over {MAX_CHARS} characters; the rest is left out")
    directives = [(n, line) for n, raw in enumerate(lines, 1) if (line := raw.strip()) and not line.startswith("#")]
    for number, line in directives[:MAX_LINES]:
        reading.line = number
        _line(reading, line)
    if len(directives) > MAX_LINES:
        reading.note(f"over {MAX_LINES} directives; the rest is left out")
    _settle(reading)
    return _rules(reading), tuple(reading.notes)


def merged(first: ArticleRules, second: ArticleRules) -> ArticleRules:
    """Return both files' rules, the first file's before the second's; a file that wants no others stays alone."""
    if first.required:
        return first
    both = {name: getattr(first, name) + getattr(second, name) for name in _names_of_rules()}
    return ArticleRules(**{name: tuple(dict.fromkeys(values)) for name, values in both.items()})


def under(own: ArticleRules, written: Iterable[str], site: ArticleRules) -> ArticleRules:
    """Return an operator's own rules where he wrote any, and the site's elsewhere."""
    return replace(site, **{name: getattr(own, name) for name in written})


def _names_of_rules() -> tuple[str, ...]:
    return tuple(one.name for one in fields(ArticleRules))


def _rules(reading: _Reading) -> ArticleRules:
    wanted = () if reading.asks_itself else tuple(name for name in ("title", "body") if name in reading.found)
    found = {name: tuple(dict.fromkeys(rules)) for name, rules in reading.found.items()}
    return ArticleRules(**found, replace=tuple(reading.pairs), required=wanted)


def _settle(reading: _Reading) -> None:
    if reading.looking_for:
        reading.note("find_string has no replace_string behind it; it is left out", line=reading.looking_for[1])


def _line(reading: _Reading, line: str) -> None:
    pair = _ONE_PAIR.fullmatch(line)
    if pair:
        _replace(reading, pair[1], pair[2].strip())
        return
    parts = _LINE.fullmatch(line)
    if not parts or parts[1].lower() in ("http", "https"):
        if line.partition(" ")[0].lower() not in WITHOUT_EFFECT:
            reading.note(f"“{line[:80]}” is no directive", 'a line is "directive: value", a comment begins with #')
        return
    name, argument, value = parts[1].lower(), parts[2], parts[3].strip()
    if name in WITHOUT_EFFECT:
        return
    if name in _DIRECTIVES and argument is None:
        if value or name == "replace_string":
            _DIRECTIVES[name](reading, value)
        else:
            reading.note(f"{name} has no value; the line is left out")
        return
    _refuse(reading, name, argument)


def _refuse(reading: _Reading, name: str, argument: str | None) -> None:
    """Tell what is not honoured, and why."""
    said = f"{name}({argument})" if argument is not None else name
    kind = "requires_login" if _LOGIN.fullmatch(name) else name
    if kind in _REASONS:
        reading.note(f"{said} is not honoured: {_REASONS[kind]}", _HINTS.get(kind))
    elif name in _KNOWN:
        reading.note(f"{said} is not honoured")
    else:
        near = difflib.get_close_matches(name, [*_DIRECTIVES, *_KNOWN], n=1)
        reading.note(f"{said} is an unknown directive", f"did you mean {near[0]}?" if near else None)


_KNOWN = (*_REASONS, "dissolve", "wrap_in", "move_into", "skip_id_or_class")


# ---- directives ------------------------------------------------------------------------------------------------------


def _named(name: str) -> Callable[[_Reading, str], None]:
    return lambda reading, value: reading.rule(name, value)


def _strip_id_or_class(reading: _Reading, value: str) -> None:
    """Strip what has a text anywhere in its id or class; never the page itself."""
    bare = _unquoted(value)
    if bare:
        here = "not(self::html or self::body)"
        reading.rule("strip", f"//*[{here}][contains(@class, '{bare}') or contains(@id, '{bare}')]")


def _strip_image_src(reading: _Reading, value: str) -> None:
    bare = _unquoted(value)
    if bare:
        reading.rule("strip", f"//img[contains(@src, '{bare}')]")


def _unquoted(value: str) -> str:
    return value.replace("'", "").replace('"', "").strip()


def _find(reading: _Reading, value: str) -> None:
    _settle(reading)
    reading.looking_for = (value, reading.line)


def _put(reading: _Reading, value: str) -> None:
    if reading.looking_for is None:
        reading.note("replace_string has no find_string before it; it is left out")
        return
    _replace(reading, reading.looking_for[0], value)
    reading.looking_for = None


def _replace(reading: _Reading, find: str, put: str) -> None:
    if find:
        reading.pairs.append((find, put))
    else:
        reading.note("replace_string looks for nothing; the line is left out")


def _autodetect(reading: _Reading, value: str) -> None:
    if value.lower() not in _YES | _NO:
        reading.note(f"autodetect_on_failure is “{value}”: it must be yes or no; the line is left out")
    else:
        reading.asks_itself = value.lower() in _YES


def _skip_json_ld(reading: _Reading, value: str) -> None:
    if value.lower() in _YES:
        reading.rule("remove", "//script[@type='application/ld+json']")


def _if_page_contains(reading: _Reading, value: str) -> None:
    """Make the last link to a single page, else the last to a next page, hold only where an XPath finds something."""
    name = next((name for name in ("single_page", "next_page") if reading.found.get(name)), None)
    if name is None:
        reading.note("if_page_contains has no single_page_link or next_page_link before it; it is left out")
        return
    try:
        html.check(f"xpath:{value}")
    except html.BadRule as error:
        reading.note(f"“{value[:200]}” is {error}; the line is left out", error.hint)
        return
    link = reading.found[name].pop().removeprefix("xpath:")
    reading.rule(name, _conditional(link, value))


def _conditional(link: str, condition: str) -> str:
    """Return an XPath that finds what `link` finds if `condition` finds something; what gives a text gives "" else."""
    if html.gives_nodes(link):
        return f"({link})[boolean({condition})]"
    return f"substring({link}, 1, 10000 * number(boolean({condition})))"


_DIRECTIVES: Mapping[str, Callable[[_Reading, str], None]] = {
    "title": _named("title"),
    "body": _named("body"),
    "date": _named("date"),
    "author": _named("author"),
    "strip": _named("strip"),
    "single_page_link": _named("single_page"),
    "next_page_link": _named("next_page"),
    "strip_id_or_class": _strip_id_or_class,
    "strip_image_src": _strip_image_src,
    "find_string": _find,
    "replace_string": _put,
    "autodetect_on_failure": _autodetect,
    "if_page_contains": _if_page_contains,
    "skip_json_ld": _skip_json_ld,
}
HONOURED = frozenset(_DIRECTIVES)
