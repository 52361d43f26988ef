"""`record` and `replay`: a source's pages frozen with what they gave, and read again without any network."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from feedsvc import __version__, config, console, poll, reading, recording
from feedsvc.cli import compose, differing
from feedsvc.cli.root import as_json, cli
from feedsvc.cli.running import FAILED
from feedsvc.errors import ConfigError
from feedsvc.model import Fetch, HttpOptions, Page, PollTask, Source
from feedsvc.recording import Answer, Difference, Found, Recording, RecordingError

PLACE = "recordings"  # under var
COLUMNS = (
    "id", "recorded_at", "feedsvc", "rules", "answers", "leads", "articles", "differences", "accepted", "error",
)  # fmt: skip


# ---- record ----------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("id_", metavar="ID")
@click.option("--articles", type=click.IntRange(1, 500), default=10, show_default=True, help="At most so many.")
@click.option("--to", "directory", type=click.Path(path_type=Path, file_okay=False), help="Instead of var/recordings.")
@click.option("--again", is_flag=True, help="Record anew; the former recording is kept as ID.before.")
@click.pass_obj
def record(path: Path, id_: str, articles: int, directory: Path | None, again: bool) -> int:
    """Freeze a source's pages of today together with what they give."""
    loaded = config.load(path)
    if missing := config.contact_problem(loaded):
        raise ConfigError([missing])
    source = replace(_configured(loaded, id_), limit=articles)
    target = (directory or loaded.var / PLACE) / id_
    if os.path.lexists(target) and not again:
        to = f" --to {directory}" if directory else ""
        raise click.UsageError(
            f"{target} is already there. Record anew and keep it as {id_}.before: feedsvc record {id_}{to} --again"
        )
    fetcher = compose.make_fetcher(loaded.fetch, ())
    try:
        made = _recorded(source, fetcher)
    finally:
        fetcher.close()
    if not any(isinstance(answer.given, Page) for answer in made.answers):
        console.fail(f"{id_}: nothing is recorded: {_error(made.expected)}", [f"look closer: feedsvc try {id_}"])
        return 1
    former = recording.write(made, target)
    _tell(made, target, former)
    return 1 if made.expected.status in FAILED else 0


def _configured(loaded: config.Config, id_: str) -> Source:
    for source in loaded.sources:
        if source.id == id_:
            return source
    skipped = "".join(f"\n  {line}" for line in console.problems(loaded.skipped))
    raise click.UsageError(f"no source {id_!r}. See them: feedsvc status{skipped}")


def _recorded(source: Source, fetch: Fetch) -> Recording:
    """Poll a source as if for the first time, and keep what it answers."""
    at = datetime.now(UTC).replace(microsecond=0)
    tape = recording.Tape(fetch=fetch, at=at, on_answer=_progress)
    found = _read(source, tape, at)
    return Recording(source=source, recorded_at=at, version=__version__, answers=tape.answers, expected=found)


def _read(source: Source, fetch: Fetch, at: datetime) -> Found:
    """Return what a poll of a source finds that was never polled before; time stands still meanwhile.

    So a pause between two requests costs none of the poll's budget, and a replay counts days from where it began.
    """
    ear = recording.Ear(reading.inline)
    return ear.found(poll.poll(PollTask(source=source, lease=""), fetch, ear, lambda: at), source.url)


def _progress(answer: Answer) -> None:
    given = answer.given
    told = f"{len(given.body)} bytes" if isinstance(given, Page) else f"{given.status or '-'} {given.message}"
    console.say(f"{answer.url}: {told}")


def _tell(made: Recording, target: Path, former: Path | None) -> None:
    """Say what was recorded; first of all if it does not replay."""
    found = made.expected
    seen = _replayed(target, None)
    if seen.differences:
        console.fail(f"{target} gives something else when it is replayed:", list(differing.lines(seen.differences)))
    if found.error:
        console.say(f"{made.source.id}: {found.status}: {_error(found)}")
    if former:
        console.say(f"the former recording is kept as {former}")
    click.echo(
        f"{target}: {_size(made)} recorded. Read them again, also after an edit: feedsvc replay {made.source.id}"
    )


def _size(made: Recording) -> str:
    found = made.expected
    return f"{len(made.answers)} answers, {len(found.leads)} leads, {len(found.articles)} articles"


def _error(found: Found) -> object:
    return found.error["message"] if found.error else found.status


# ---- replay ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Replayed:
    """What came of one recording; `source` is the one whose rules read it."""

    directory: Path
    made: Recording
    source: Source
    by: str  # "configuration" or "recording": whose rules these are
    found: Found
    differences: tuple[Difference, ...]
    unrecorded: tuple[str, ...]


@cli.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--from", "directory", type=click.Path(path_type=Path, file_okay=False), help="Instead of var/recordings."
)
@click.option("--as-recorded", is_flag=True, help="By the rules of the recording, not those of config.toml.")
@click.option("--accept", is_flag=True, help="Expect from now on what comes out today.")
@as_json
@click.pass_obj
def replay(
    path: Path, ids: tuple[str, ...], directory: Path | None, as_recorded: bool, accept: bool, as_json: bool
) -> int:
    """Read recorded pages again, without any network, and report every field that differs."""
    loaded = None if directory and (as_recorded or not path.exists()) else config.load(path)
    sources = {source.id: source for source in loaded.sources} if loaded and not as_recorded else {}
    place = directory or (loaded.var / PLACE if loaded else Path(PLACE))
    if loaded and loaded.skipped:
        console.fail(
            "some sources cannot be read by their rules, but only as recorded:", console.problems(loaded.skipped)
        )
    rows: list[console.Json] = []
    codes = [0]
    for each in _directories(place, ids):
        try:
            seen = _replayed(each, sources)
        except RecordingError as error:
            console.fail(
                f"{each.name} cannot be replayed: {error}", [f"record it anew: feedsvc record {each.name} --again"]
            )
            rows.append({**dict.fromkeys(COLUMNS), "id": each.name, "error": str(error)})
            codes.append(2)
            continue
        if not as_json:
            _show(seen)
        if seen.differences and not accept:
            _advise(seen)
        accepted = accept and _accept(seen)
        rows.append(_row(seen, accepted))
        codes.append(1 if seen.differences and not accepted else 0)
    if as_json:
        console.json_array(rows)
    return max(codes)


def _directories(place: Path, ids: tuple[str, ...]) -> Iterator[Path]:
    """Give the recordings that are meant: one that is named itself, those of the ids, or all."""
    if (place / recording.MANIFEST).exists():
        yield place
        return
    known = recording.names(place)
    unknown = [id_ for id_ in ids if id_ not in recording.names(place, former=True)]
    if unknown or not (ids or known):
        what = f"no recording of {', '.join(unknown)}" if unknown else "no recordings"
        raise click.UsageError(f"{what} in {place}. Make one: feedsvc record {unknown[0] if unknown else 'ID'}")
    yield from (place / id_ for id_ in ids or known)


def _replayed(directory: Path, sources: Mapping[str, Source] | None) -> _Replayed:
    """Poll what was recorded, by the rules the source has among `sources`, else by those it had."""
    made = recording.read(directory)
    configured = (sources or {}).get(made.source.id)
    source = replace(configured or made.source, limit=made.source.limit, http=HttpOptions())
    player = recording.Player(made.answers)
    found = _read(source, player, made.recorded_at)
    return _Replayed(
        directory=directory,
        made=made,
        source=source,
        by="configuration" if configured else "recording",
        found=found,
        differences=recording.compare(made.expected, found, player.unrecorded),
        unrecorded=tuple(player.unrecorded),
    )


def _show(seen: _Replayed) -> None:
    made = seen.made
    told = differing.counts(seen.differences) if seen.differences else "no difference"
    click.echo(
        f"{seen.directory.name}: {told} in {_size(made)} of {made.recorded_at:%Y-%m-%d} (feedsvc {made.version}),"
        f" by the rules of the {seen.by}"
    )
    for line in differing.lines(seen.differences):
        click.echo(line)


def _advise(seen: _Replayed) -> None:
    """Say what to do next."""
    id_, where = seen.directory.name, f" --from {seen.directory.parent}"
    if seen.by == "configuration":
        console.say(f"is it the rules or feedsvc? feedsvc replay {id_}{where} --as-recorded")
    if seen.unrecorded:
        console.say(
            "pages that are not recorded are needed:"
            f" feedsvc record {seen.made.source.id} --to {seen.directory.parent} --again"
        )
    else:
        console.say(f"if all of this is right: feedsvc replay {id_}{where} --accept")


def _accept(seen: _Replayed) -> bool:
    """Expect from now on what was found; False if nothing differs, or if it came of half a recording."""
    if seen.unrecorded:
        again = f"feedsvc record {seen.made.source.id} --to {seen.directory.parent} --again"
        console.fail(
            f"{seen.directory.name}: not accepted: pages are missing in the recording", [f"record anew: {again}"]
        )
        return False
    if not seen.differences:
        return False
    recording.accept(seen.directory, seen.source, __version__, seen.found)
    console.say(f"{seen.directory}: accepted")
    return True


def _row(seen: _Replayed, accepted: bool) -> console.Json:
    made = seen.made
    return {
        "id": seen.directory.name,
        "recorded_at": made.recorded_at.isoformat(),
        "feedsvc": made.version,
        "rules": seen.by,
        "answers": len(made.answers),
        "leads": len(made.expected.leads),
        "articles": len(made.expected.articles),
        "differences": [differing.row(each) for each in seen.differences],
        "accepted": accepted,
        "error": None,
    }
