"""No score falls: the figures on our own corpus, and on the public pages where they are, stand above their floors.

`pytest tests/test_floors.py --floors` measures again and writes floors.json; a floor that would sink needs
`--lower-floors REASON`, and the reason has to stand in CHANGELOG.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import floors
import pytest
from floors import Measured

CHANGELOG = Path(__file__).resolve().parents[1] / "CHANGELOG.md"
TOLERANCE = 0.002  # of the public pages' figures: two pages of a thousand
LISTED = 0.9  # of the public pages only those below are listed
AGAIN = "run pytest tests/test_floors.py --floors to measure again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line asks for: to write floors, and why they may sink."""

    write: bool
    reason: str


@pytest.fixture
def asked(request: pytest.FixtureRequest) -> Asked:
    reason = request.config.getoption("--lower-floors") or ""
    return Asked(write=bool(request.config.getoption("--floors") or reason), reason=reason)


def stands(reason: str) -> bool:
    """Whether a reason is told in CHANGELOG.md, however it is wrapped there."""
    return " ".join(reason.split()) in " ".join(CHANGELOG.read_text(encoding="utf-8").split())


def hold(
    part: str, groups: Mapping[str, Measured], print_: str, asked: Asked, *, tolerance: float = 0.0, below: float = 1.0
) -> None:
    """Compare figures with their floors, or write the floors again if that is asked for."""
    pinned = floors.load().get(part)
    lost = floors.losses(pinned, groups, tolerance) if pinned else []
    told = "\n".join(map(str, lost))
    if asked.write:
        assert not lost or asked.reason, f"floors would sink, --lower-floors REASON is needed:\n{told}"
        assert not lost or stands(asked.reason), "the reason has to stand in CHANGELOG.md"
        kept = pinned["floors"] if pinned and not lost else {}
        floors.save(part, floors.pin(groups, print_, below, kept), floors.lowered(part, lost, asked.reason))
        return
    assert pinned, f"nothing is pinned: {AGAIN}"
    assert pinned["fingerprint"] == print_, f"the {part} pages, their expected values or the scorer changed: {AGAIN}"
    assert not lost, f"below the floor:\n{told}"


def test_no_score_on_our_own_pages_is_below_its_floor(asked: Asked) -> None:
    hold("own", floors.own(), floors.own_fingerprint(), asked)


@pytest.mark.slow
@pytest.mark.skipif(not floors.SHARED.is_dir(), reason="needs ../shared/data/extraction")
def test_no_score_on_public_pages_is_below_its_floor(asked: Asked) -> None:
    hold("public", floors.public(), floors.public_fingerprint(), asked, tolerance=TOLERANCE, below=LISTED)


def test_floors_are_written_by_measuring_only() -> None:
    told = floors.load()
    assert told["seal"] == floors.seal(told), f"floors.json was edited: {AGAIN}"


def test_every_floor_that_was_lowered_has_its_reason_in_the_changelog() -> None:
    for lowered in floors.load()["lowered"]:
        assert len(lowered["reason"]) >= 20, lowered
        assert stands(lowered["reason"]), lowered


@pytest.mark.parametrize("kind", ["articles", "listings"])
def test_every_page_of_the_corpus_has_its_expected_values(kind: str) -> None:
    pages = floors.own_pages(kind)
    assert {page.with_suffix(".toml") for page in pages} == set((floors.CORPUS / kind).glob("*.toml"))
    for page in pages:
        assert {"url", "leads" if kind == "listings" else "shape"} <= floors.wanted(page).keys(), page.name


def test_the_corpus_holds_as_many_shapes_as_pages() -> None:
    pages = [*floors.own_pages("articles"), *floors.own_pages("listings")]
    shapes = [floors.wanted(page)["shape"] for page in pages]
    assert len(floors.own_pages("articles")) >= 40
    assert len(floors.own_pages("listings")) >= 12
    assert len(set(shapes)) == len(shapes)


# ---- the machinery itself -------------------------------------------------------------------------------------------


def measured(**pages: float) -> Mapping[str, Measured]:
    return {"articles": floors.group((page, {"title": value}) for page, value in pages.items())}


def test_a_figure_at_its_floor_is_no_loss_and_one_below_names_the_pages_that_lost() -> None:
    pinned = floors.pin(measured(a=1.0, b=0.5, c=1.0), "print")
    assert floors.losses(pinned, measured(a=1.0, b=0.5, c=1.0)) == []
    (loss,) = floors.losses(pinned, measured(a=1.0, b=0.5, c=0.0))
    assert (loss.measure, loss.floor, loss.pages) == ("title", 0.833, ("c",))
    assert "title" in str(loss)
    assert "0.833" in str(loss)
    assert "lost on c" in str(loss)


def test_a_figure_that_is_no_longer_measured_is_a_loss() -> None:
    pinned = floors.pin(measured(a=1.0), "print")
    assert [loss.now for loss in floors.losses(pinned, {})] == [0.0]


def test_a_loss_within_the_tolerance_is_none_and_does_not_lower_the_floor() -> None:
    pinned = floors.pin(measured(a=1.0), "print")
    assert floors.losses(pinned, measured(a=0.999), tolerance=0.002) == []
    assert floors.pin(measured(a=0.999), "print", kept=pinned["floors"])["floors"]["articles"]["title"] == 1.0


def test_a_changed_page_changes_the_fingerprint(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("one", encoding="utf-8")
    before = floors.fingerprint([page])
    page.write_text("two", encoding="utf-8")
    assert floors.fingerprint([page]) != before


def test_an_edited_floor_breaks_the_seal() -> None:
    told = floors.load()
    told["own"]["floors"]["articles"]["title"] = 0.0
    assert floors.seal(told) != told["seal"]


def test_floors_are_not_written_lower_without_a_reason_that_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(floors, "FLOORS", tmp_path / "floors.json")
    hold("own", measured(a=1.0), "print", Asked(write=True, reason=""))
    with pytest.raises(AssertionError, match=r"--lower-floors REASON is needed"):
        hold("own", measured(a=0.5), "print", Asked(write=True, reason=""))
    with pytest.raises(AssertionError, match=r"has to stand in CHANGELOG"):
        hold("own", measured(a=0.5), "print", Asked(write=True, reason="a reason that nobody has written down"))
    with pytest.raises(AssertionError, match=r"floor 1.000, now 0.5000; lost on a"):
        hold("own", measured(a=0.5), "print", Asked(write=False, reason=""))
    with pytest.raises(AssertionError, match=r"the scorer changed"):
        hold("own", measured(a=1.0), "another print", Asked(write=False, reason=""))


def test_a_lowered_floor_keeps_its_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(floors, "FLOORS", tmp_path / "floors.json")
    reason = "The main job runs, from a portal's pages to feeds people subscribe to."
    hold("own", measured(a=1.0), "print", Asked(write=True, reason=""))
    hold("own", measured(a=0.5), "print", Asked(write=True, reason=reason))
    assert floors.load()["own"]["floors"]["articles"]["title"] == 0.5
    assert floors.load()["lowered"] == [{"from": 1.0, "reason": reason, "to": 0.5, "where": "own articles title"}]
