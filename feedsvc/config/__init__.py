"""config.toml in, one frozen Config out, or every problem of the file at once, each with its key and line.

A source with a rule that cannot be used is left out and reported in `skipped`; every other problem refuses the file.
Secrets ("env:NAME") are read from the environment here and are in no printed form of anything.
"""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from feedsvc import model, rules
from feedsvc.config import adding, crosscheck, effective, lines, settings, sites, slices, spelling
from feedsvc.config.adding import Value as SourceValue
from feedsvc.config.settings import Document, Fault
from feedsvc.errors import ConfigError
from feedsvc.model import Problem

__all__ = [
    "Config", "Report", "SourceValue", "add", "check", "contact_problem", "keys", "load", "source_block", "starter",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the operator wants, ready to be handed out in slices; `path` is the file it was read from.

    `sources` holds all that can run, those that are switched off too; `skipped` says why others are not in it.
    """

    path: Path
    title: str
    base_url: str  # without a trailing slash
    language: str
    timezone: str
    contact: str
    var: Path
    entries: int
    fetch: model.FetchSettings = field(repr=False)  # a proxy's address may hold a password
    web: model.WebSettings
    vocabulary: model.Vocabulary
    sources: tuple[model.Source, ...]
    skipped: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()  # what is not honoured of files of site rules
    site_rules: str = ""  # how many of them were found, in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `feedsvc check` prints: whether the file is in order, what is wrong, and the values that hold.

    `effective` has config.toml's own shape, or is None where the file is refused. `notes` are no problems:
    lines of site rule files that are not honoured.
    """

    path: Path
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    site_rules: str = ""
    effective: Mapping[str, object] | None = None

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, object]:
        """Return the object that `check --json` prints."""
        problems, notes = ([_as_json(one) for one in row] for row in (self.problems, self.notes))
        return {"ok": self.ok, "problems": problems, "effective": self.effective, "notes": notes}

    def of_site_rules(self) -> tuple[str, ...]:
        """Return how many site rules were found and each line of them that is not honoured; () where none are used."""
        return tuple(filter(None, (self.site_rules, *(f"{n.key}:{n.line or 1}: {_told(n)}" for n in self.notes))))

    def __str__(self) -> str:
        """The effective values as TOML, then every problem on a line, then what to do next."""
        shown = [effective.toml(self.effective)] if self.effective is not None else []
        shown += self.of_site_rules()
        again = f"feedsvc --config {shlex.quote(str(self.path))} check"
        if self.ok:
            return "\n".join([*shown, f"{self.path} is in order."])
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        return "\n".join([*shown, *map(str, self.problems), f"{count} in {self.path}. Mend, then: {again}"])


def _as_json(one: Problem) -> dict[str, object]:
    return {"key": one.key, "line": one.line, "message": one.message, "hint": one.hint}


def _told(one: Problem) -> str:
    return one.message + (f" ({one.hint})" if one.hint else "")


def load(path: Path) -> Config:
    """Return the configuration a file holds; ConfigError with all its problems if it cannot be used."""
    return _examined(path)[0]


def check(path: Path) -> Report:
    """Return what is wrong with a file, skipped sources included, and the values that hold."""
    try:
        config, document = _examined(path)
    except ConfigError as error:
        return Report(path=path, problems=error.problems)
    return Report(
        path=path,
        problems=config.skipped,
        notes=config.notes,
        site_rules=config.site_rules,
        effective=effective.values(document),
    )


def contact_problem(config: Config) -> Problem | None:
    """Return what keeps `run` and `poll` from asking anybody: sites must be able to reach whoever asks them."""
    if config.contact:
        return None
    hint = 'write contact = "mailto:you@example.org" under [service]'
    message = "is missing: run and poll tell every site whom to write to"
    return Problem(key="service.contact", line=None, message=message, hint=hint)


def keys() -> tuple[str, ...]:
    """Return every key that config.toml may hold: "web.port", "fetch.hosts.*.host_gap", "profile.*.list.item"."""
    return settings.keys()


def starter() -> str:
    """Return the config.toml that `feedsvc init` writes."""
    return resources.files("feedsvc.config").joinpath("starter.toml").read_text(encoding="utf-8")


def source_block(values: Mapping[str, SourceValue], comment: str) -> str:
    """Return a source as the TOML that `add` appends."""
    return adding.block(values, comment)


def add(path: Path, values: Mapping[str, SourceValue], comment: str) -> None:
    """Append a source to a file that can be used; ConfigError, and the file as it was, if it cannot be with it."""
    try:
        adding.append(path, adding.block(values, comment), load)
    except OSError as error:
        raise _refused(str(path), f"cannot be written: {error.strerror}", f"ls -ld {path.parent}") from None


# ---- the file --------------------------------------------------------------------------------------------------------


def _text(path: Path) -> str:
    where = str(path.parent)
    hint = "write one: feedsvc init" + ("" if where == "." else f" {shlex.quote(where)}")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        raise _refused(str(path), "there is no such file", hint) from None
    except IsADirectoryError:
        raise _refused(
            str(path), "is a directory", f"name the file in it: feedsvc --config {path / 'config.toml'} check"
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _refused(path.name, "is not UTF-8", f"convert it: iconv -f latin1 -t utf-8 {path.name}", line) from None
    except OSError as error:
        raise _refused(str(path), f"cannot be read: {error.strerror}", f"ls -l {shlex.quote(str(path))}") from None
    except ValueError:
        raise _refused(repr(str(path)), "is no path", "feedsvc --config config.toml check") from None


_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def _parsed(source: str, path: Path) -> tuple[Mapping[str, object], Mapping[lines.Path, int]]:
    try:
        return tomllib.loads(source), lines.index(source)
    except RecursionError:
        raise _refused(path.name, "is nested too deeply", "feedsvc init shows the usual shape") from None
    except ValueError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else source.count("\n") + 1 if place else None
        reason = _PLACE.sub("", str(error))
        hint = 'texts stand in quotation marks: title = "News"' if reason == "Invalid value" else None
        raise _refused(path.name, f"is not valid TOML: {reason}", hint, line) from None


def _refused(key: str, message: str, hint: str | None, line: int | None = None) -> ConfigError:
    return ConfigError([Problem(key=key, line=line, message=message, hint=hint)])


def _examined(path: Path) -> tuple[Config, Document]:
    """Return the configuration and the filled document it was made from."""
    raw, index = _parsed(_text(path), path)
    document, bad = settings.read(raw)
    here = Path(os.path.abspath(path)).parent
    faults = [
        *bad,
        *_unexplained(crosscheck.faults(document), bad),
        *_outside(document, here),
        *sites.faults(document, here),
    ]
    broken = tuple(_broken_rules(document))
    skipped = _problems((fault for fault, _ in broken), index)
    if faults:
        raise ConfigError(_problems([*faults, *(fault for fault, _ in broken)], index))
    filled = effective.filled(document)
    found = sites.read(filled, here)
    whole = effective.with_sites(filled, found.by_source)
    idle = frozenset(number for _, numbers in broken for number in numbers)
    return _config(path, here, whole, idle, skipped, found), whole


def _problems(faults: Iterable[Fault], index: Mapping[lines.Path, int]) -> tuple[Problem, ...]:
    """Return the faults with their lines, in the order of the file."""
    found = [
        Problem(key=lines.dotted(fault.path), line=lines.at(index, fault.path), message=fault.message, hint=fault.hint)
        for fault in dict.fromkeys(faults)
    ]
    return tuple(sorted(found, key=lambda problem: (problem.line or 0, problem.key)))


def _unexplained(faults: Iterable[Fault], bad: Iterable[Fault]) -> Iterator[Fault]:
    """Leave out what only follows from a bad value: an id that is no id is not missing besides."""
    explained = {fault.path for fault in bad}
    for fault in faults:
        if not any(fault.path[:length] in explained for length in range(1, len(fault.path) + 1)):
            yield fault


# ---- what lies outside the file: environment, directories, rules ---------------------------------------------------


def _outside(document: Document, here: Path) -> Iterator[Fault]:
    for path, value in _secrets(document):
        yield from _unusable(path, value)
    var = here / document.service.var
    if os.path.exists(var) and not os.path.isdir(var):
        yield Fault(("service", "var"), f"{var} is not a directory")
    hosts = ((("fetch", "hosts", name, "ca_file"), host.ca_file) for name, host in document.fetch.hosts.items())
    for path, name in ((("fetch", "ca_file"), document.fetch.ca_file), *hosts):
        if name and not os.path.isfile(here / name):
            yield Fault(path, f"there is no file {here / name}")


def _secrets(document: Document) -> Iterator[tuple[lines.Path, str]]:
    """Return every value that may be "env:NAME", with its path."""
    yield ("web", "status_token"), document.web.status_token
    yield ("fetch", "proxy"), document.fetch.proxy
    for name, host in document.fetch.hosts.items():
        yield ("fetch", "hosts", name, "proxy"), host.proxy
    for number, source in enumerate(document.source):
        for name, value in source.headers.items():
            yield ("source", number, "headers", name), value


def _unusable(path: lines.Path, value: str) -> Iterator[Fault]:
    if not value.startswith(spelling.SECRET):
        return
    name, secret = value.removeprefix(spelling.SECRET), slices.revealed(value)
    if not secret:
        yield Fault(path, f"the environment variable {name} is not set", "set it where feedsvc is started")
        return
    fits = spelling.is_header(secret) if path[-1] != "proxy" else spelling.is_proxy(secret) or secret == "none"
    if not fits:
        yield Fault(path, f"what the environment variable {name} holds cannot be used here")


def _broken_rules(document: Document) -> Iterator[tuple[Fault, frozenset[int]]]:
    """Return each rule that cannot be used, with the numbers of the sources that cannot run for it."""
    for name, profile in document.profile.items():
        for part, place, message, hint in _unusable_rules(profile):
            hit = {n: s.id for n, s in enumerate(document.source) if s.profile == name and not _own(s, part, place)}
            yield Fault(("profile", name, part, *place), message, _left_out(hint, hit.values())), frozenset(hit)
    for number, source in enumerate(document.source):
        for part, place, message, hint in _unusable_rules(source):
            yield Fault(("source", number, part, *place), message, _left_out(hint, [source.id])), frozenset({number})


_PLACE_OF_RULE = re.compile(r"(\w+)(?:\[(\d+)\])?$")  # "article.remove[1]"


def _unusable_rules(
    table: settings.Profile | settings.Source,
) -> Iterator[tuple[str, lines.Path, str, str | None]]:
    """Return part, key and number, message and hint of each rule that cannot be used."""
    for part, compiled in (("list", rules.listing), ("article", rules.article)):
        try:
            compiled(effective.written(getattr(table, part)), part)
        except ConfigError as error:
            for problem in error.problems:
                if place := _PLACE_OF_RULE.search(problem.key):
                    at = (place[1], int(place[2])) if place[2] and _is_list(table, part, place[1]) else (place[1],)
                    yield part, at, problem.message, problem.hint


def _is_list(table: settings.Profile | settings.Source, part: str, key: str) -> bool:
    """Whether a key holds several rules, so that the number says which."""
    return len(getattr(getattr(table, part), key)) > 1


def _own(source: settings.Source, part: str, place: lines.Path) -> bool:
    return (source.list if part == "list" else source.article).written(str(place[0]))


def _left_out(hint: str | None, ids: Iterable[str]) -> str | None:
    names = ", ".join(ids)
    return "; ".join(filter(None, (hint, f"skipped until this is mended: {names}" if names else None))) or None


def _config(
    path: Path, here: Path, document: Document, idle: frozenset[int], skipped: tuple[Problem, ...], found: sites.Sites
) -> Config:
    service = document.service
    return Config(
        path=path,
        title=service.title,
        base_url=service.base_url,
        language=service.language,
        timezone=service.timezone,
        contact=service.contact,
        var=Path(os.path.abspath(here / service.var)),
        entries=document.feeds.entries,
        fetch=slices.fetch(document.fetch, here, service.contact),
        web=slices.web(document.web),
        vocabulary=slices.vocabulary(document),
        sources=tuple(slices.source(s, found.of(s.id)) for n, s in enumerate(document.source) if n not in idle),
        skipped=skipped,
        notes=found.notes,
        site_rules=str(found),
    )
