"""A rule's text in, the rule ready to use out, or what is wrong with it and what may have been meant.

h1                                  CSS: the text of what is found
a.next@href                         an attribute of it
h1::text                            its own text, without that of the elements inside it
p.lead =~ ^\\[(.+?)\\]                what a regular expression finds in any of these: its first group, else all of it
xpath://h1/text()[1]                an XPath 1.0, which may give elements, texts or attributes; =~ goes with it too
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache

import lxml.etree
import lxml.html
import regex
import soupsieve
from lxml.html import HtmlElement

from feedsvc import text

OWN_TEXT = "::text"  # as `Selector.part`; any other part is an attribute's name
MATCH_SECONDS = 0.2  # an operator's expression can be quadratic or worse
MAX_CHARS = 500_000  # of one text that an expression is tried on
MAX_MATCHES = 200  # of an expression in one text

_REGEXP = {"re": "http://exslt.org/regular-expressions"}  # re:test, re:match, re:replace
_PSEUDO = re.compile(r"'(:[\w-]+)' (?:was detected as a pseudo-class|is deprecated)")
_PATTERN = re.compile(r"\s*=~\s*")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_DOTTED = re.compile(r"(?<![\w.@$:-])[A-Za-z][\w-]*\.[A-Za-z][\w.-]*")
_PART = re.compile(r"\s*(?:@([A-Za-z_][\w:.-]*)|(::text))\s*$")


class BadRule(ValueError):
    """A rule that cannot be used: what is wrong in one sentence, and what was perhaps meant."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """A rule in its parts: where to look, what to take of it, and what to keep of that; "" takes and keeps all."""

    where: str
    part: str = ""
    pattern: str = ""

    @property
    def is_xpath(self) -> bool:
        return self.where.startswith("xpath:")

    @property
    def is_plain(self) -> bool:
        """Whether the rule asks for whole elements."""
        return not self.part and not self.pattern

    def matches(self, said: str) -> list[tuple[str, str]]:
        """Return what the pattern keeps of a text, and the whole match round it; TimeoutError if it hangs."""
        if not self.pattern:
            return [(said, said)]
        found = []
        for match in compiled(self.pattern).finditer(said[:MAX_CHARS], timeout=MATCH_SECONDS):
            kept = next((group for group in match.groups() if group is not None), match.group())
            found.append((kept, match.group()))
            if len(found) >= MAX_MATCHES:
                break
        return [(kept, whole) for one, whole in found if (kept := text.tidy(one))]


@lru_cache(maxsize=4096)
def parse(rule: str) -> Selector:
    """Return a rule in its parts, checked; BadRule says why it cannot be used."""
    head, mark, pattern = _cut(rule)
    if mark and not pattern:
        raise BadRule("no rule: no regular expression stands behind =~")
    if mark:
        compiled(pattern)
    where, part = head, ""
    if not head.startswith("xpath:") and not _SCRAPED.search(head) and (named := _PART.search(head)):
        where, part = head[: named.start()].strip(), named[2] or named[1].lower()
    found = Selector(where=where, part=part, pattern=pattern)
    if found.is_xpath:
        _check_xpath(where)
    else:
        css(where)
    return found


def _check_xpath(where: str) -> None:
    evaluate(where, lxml.html.Element("p"))
    if dotted := _DOTTED.search(_QUOTED.sub("", where.removeprefix("xpath:"))):
        bare = where.removeprefix("xpath:").strip()
        raise BadRule(f"an XPath that finds nothing: no element is called {dotted[0]}", f"did you mean the CSS {bare}?")


def _cut(rule: str) -> tuple[str, str, str]:
    found = _PATTERN.search(rule)
    return (rule[: found.start()].strip(), "=~", rule[found.end() :].strip()) if found else (rule.strip(), "", "")


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> regex.Pattern[str]:
    """Return a regular expression ready to use; BadRule says why it cannot be."""
    try:
        return regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        raise BadRule(f"not a regular expression: {error}", _regex_hint(pattern)) from None


@lru_cache(maxsize=4096)
def css(where: str) -> soupsieve.SoupSieve:
    """Return a CSS selector ready to use; BadRule says in one sentence why it cannot be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return soupsieve.compile(where)
    except (soupsieve.SelectorSyntaxError, NotImplementedError, FutureWarning) as error:  # the second for "::before"
        reason = str(error).splitlines()[0].partition(" If the syntax")[0].rstrip(".")
        if unknown := _PSEUDO.search(reason):
            reason = f"{unknown[1]} is no pseudo-class of CSS"
        raise BadRule(f"not a CSS selector: {reason}", _css_hint(where)) from None


@lru_cache(maxsize=4096)
def xpath(where: str) -> lxml.etree.XPath:
    """Return an XPath (with or without "xpath:" before it) ready to use; BadRule says why it cannot be."""
    try:
        return lxml.etree.XPath(where.removeprefix("xpath:").strip(), namespaces=_REGEXP)
    except (lxml.etree.XPathError, ValueError) as error:
        raise BadRule(f"not an XPath: {error}", _xpath_hint(where)) from None


def evaluate(where: str, base: HtmlElement) -> list[object]:
    """Return what an XPath finds from an element; BadRule if it asks for a function that does not exist."""
    try:
        result = xpath(where)(base)
    except (lxml.etree.XPathError, re.error) as error:
        raise BadRule(f"not an XPath: {error}", _xpath_hint(where)) from None
    return list(result) if isinstance(result, list) else [result]


def gives_nodes(where: str) -> bool:
    """Whether an XPath finds elements, texts or attributes; False if it works out one text, number or truth value."""
    return isinstance(xpath(where)(lxml.html.Element("p")), list)


def is_plain(rule: str) -> bool:
    """Whether a rule asks for whole elements: neither for a part of them, nor by an XPath for texts."""
    found = parse(rule)
    return found.is_plain and not (found.is_xpath and not gives_nodes(found.where))


def check(rule: str) -> None:
    """Raise BadRule, with the reason in one sentence, unless `rule` can be used."""
    parse(rule)


# ---- what may have been meant ----------------------------------------------------------------------------------------

_JQUERY = re.compile(r"(?<!:):(first|last|eq|gt|lt|odd|even|parent|header|button|text|image)\b")
_ATTR = re.compile(r"(.*?)::?attr\(\s*[\"']?([\w:-]+)[\"']?\s*\)\s*")
_SCRAPED = re.compile(r"/(?:text\(\)|@[\w:-]+)")
_INNER = re.compile(r"(?<=[^/])//?(?=[a-z*@])", re.IGNORECASE)


def _css_hint(where: str) -> str | None:
    """Return what may have been meant: an XPath without its mark, another tool's spelling, a slip."""
    if not where:
        return 'write a selector before it: "h1"'
    if where.startswith(("/", "./", "(/", "(.")) or _SCRAPED.search(where):
        start = "" if where.startswith(("/", ".", "(")) else "//"
        return f"an XPath needs xpath: before it: did you mean xpath:{start}{where}?"
    if given := _ATTR.fullmatch(where):
        return f"an attribute is taken with @: did you mean {given[1]}@{given[2]}?"
    if ":contains(" in where:
        return f"did you mean {where.replace(':contains(', ':-soup-contains(')}?"
    if ":has-text(" in where:
        return f"did you mean {where.replace(':has-text(', ':-soup-contains(')}?"
    if jquery := _JQUERY.search(where):
        return f":{jquery[1]} is jQuery's: CSS has :first-of-type, :last-of-type, :nth-of-type(2)"
    return _css_slip(where)


def _css_slip(where: str) -> str | None:
    if where.startswith(("css:", "xpath ", "regex:", "re:")):
        return "a rule is CSS, or an XPath behind xpath:, with a regular expression behind =~"
    if where.endswith(OWN_TEXT) or "::" in where:
        return 'of pseudo-elements there is ::text only, at the end: "h1::text"'
    if "@" in where:
        return 'an attribute stands at the end: "a.next@href"'
    if _INNER.search(where):
        return f"did you mean {_INNER.sub(' > ', where)}?"
    if quoted := re.search(r"\[([\w-]+)([~|^$*]?=)([^\"'\]]*[^\w\"'\]-][^\"'\]]*)\]", where):
        return f'values stand in quotation marks: [{quoted[1]}{quoted[2]}"{quoted[3]}"]'
    if named := re.search(r"([#.])(\d[\w-]*)", where):
        attribute = "id" if named[1] == "#" else "class"
        return f'a name that begins with a digit is written [{attribute}="{named[2]}"]'
    if ".." in where or re.search(r"[.#]\s|[.#]$", where):
        return "a name is missing behind a . or #"
    if where.endswith(","):
        return "leave the last comma out"
    return _unclosed(where)


def _unclosed(where: str) -> str | None:
    for opened, closed in ("()", "[]"):
        if where.count(opened) > where.count(closed):
            return f"a {closed} is missing"
    return None


def _xpath_hint(where: str) -> str | None:
    bare = where.removeprefix("xpath:").strip()
    if not bare:
        return 'write an XPath behind it: "xpath://h1"'
    if bare.count("'") % 2 or bare.count('"') % 2:
        return "a quotation mark is not closed"
    if (missing := _unclosed(bare)) is not None:
        return missing
    if re.search(r"\b(?:matches|lower-case|ends-with|tokenize|replace|string-join)\(", bare):
        return (
            "that is XPath 2.0; there are re:test(), re:match(), re:replace(), contains(), starts-with(), translate()"
        )
    if re.search(r"[a-z]\w*[.#][\w-]|^[.#]\w", re.sub(r"""(["']).*?\1""", "", bare), re.IGNORECASE):
        return f"that looks like CSS: did you mean {bare}?"
    return "XPath 1.0 is understood; names of functions and axes must be spelled exactly"


def _regex_hint(pattern: str) -> str | None:
    if pattern.startswith("/") and pattern.endswith(("/", "/i")):
        return "write it without the slashes; (?i) at its start ignores case"
    escaped = re.sub(r"\\.", "", pattern)
    if pattern.startswith(("*", "+", "?")):
        return f"did you mean .{pattern}?"
    for opened, closed in ("()", "[]"):
        if escaped.count(opened) > escaped.count(closed):
            return f"a {closed} is missing; for the character itself write \\{opened}"
        if escaped.count(opened) < escaped.count(closed):
            return f"a {closed} is too many; for the character itself write \\{closed}"
    return None
