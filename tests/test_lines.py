"""Lines of keys in TOML texts: nothing that looks like a key or a header inside a value may be taken for one."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsvc.config import lines

# Every key of these texts is called after its line: "l7" stands in line 7.
TRAPS = {
    "plain": 'l1 = 1\n# l9 = 2\n\n[l4]\nl5 = "l9 = 3"  # l9 = 4\n',
    "tables in lists of tables": "[[l1]]\nl2 = 1\n[l1.l3]\nl4 = 1\n[[l1]]\nl6 = 1\n[[l1.l7]]\n[[l1.l7]]\nl9 = 1",
    "a table before its parent": "[l3.l1]\nl2 = 1\n[l3]\nl4 = 1\n",
    "dotted keys": 'l1.a.b = 1\nl1."c d".e = 2\n[l3 . "x.y"]\nl4 = 1\n',
    "inline tables": "l1 = { l1a = 1, l1b.l1c = [1, { l1d = '}' }] }\nl2 = 1\n",
    "lists over lines": 'l1 = [\n  "a", # ]\n  "l9 = [",\n  [1,\n 2],\n { l6 = 1 },\n]\nl8 = 1\n',
    "inline lists of tables": "l1 = [\n { l2 = 1 },\n\n { l4 = 2 }]\nl5 = 1\n",
    "texts over lines": 'l1 = """\n[l9]\nl9 = "x"\n\\"""\n""\n"""\nl7 = \'\'\'\n\'\'[l9]\n\'\'\'\'\'\nl10 = 1\n',
    "quotation marks at ends": 'l1 = """a""""\nl2 = """a"""""\nl3 = """"a"""\nl4 = """"""\nl5 = \'\'\'\'\'\'\nl6 = 1\n',
    "continued lines": 'l1 = """a \\\n   l9 = 1 \\\n"""\nl4 = "\\\\"\nl5 = "\\""\nl6 = \'\\\'\nl7 = 1\n',
    "quoted keys": '"l1 = " = 1\n\'l2 [x]\' = 2\n["l3]"]\n"l4 \\u00fc" = 1\n"" = { "l5 #" = 1 }\n',
    "dates and numbers": "l1 = 1979-05-27 07:32:00  # l9\nl2 = [1e5,-inf, 0x_]\n".replace("0x_", "0xa")
    + "l3 = 07:32:00.5\n",
    "Windows line ends": "l1 = 1\r\n[l2]\r\nl3 = '''\r\n\r\n'''\r\nl6 = 1\r\n",
    "no line end": "[l1]\nl2 = 1 # x",
    "blanks everywhere": "  [ l1 ]  # x\n\t l2 \t=\t[ 1 , ]\n [[ l3 . a ]]\n  l4=1",
    "nothing": "",
}


def _paths(value: object, path: lines.Path = ()) -> Iterator[lines.Path]:
    """Every key and every position in what tomllib reads."""
    if path:
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inside in parts:
        yield from _paths(inside, (*path, key))


@pytest.mark.parametrize("text", TRAPS.values(), ids=TRAPS)
def test_every_key_is_found_in_its_own_line(text: str) -> None:
    found = lines.index(text)
    assert set(found) == set(_paths(tomllib.loads(text)))
    for path, line in found.items():
        if isinstance(path[-1], str) and (digits := path[-1][1:2] if path[-1][:1] == "l" else ""):
            named = int(path[-1][1:]) if path[-1][1:].isdecimal() else int(digits)
            assert line == named, path


def test_elements_are_found_in_their_lines() -> None:
    found = lines.index("a = [\n1,\n\n[2, 3],\n{ x = 1 }]\n[[b]]\n\n[[b]]\n")
    assert [found[("a", n)] for n in range(3)] == [2, 4, 5]
    assert (found[("a", 1, 1)], found[("a", 2, "x")]) == (4, 5)
    assert (found[("b",)], found[("b", 0)], found[("b", 1)]) == (6, 6, 8)


def test_a_missing_key_is_in_the_line_of_its_table() -> None:
    found = lines.index("[a]\n[a.b]\nx = 1\n[[c]]\n[[c]]")
    assert lines.at(found, ("a", "b", "y")) == 2
    assert lines.at(found, ("c", 1, "id")) == 5
    assert lines.at(found, ("a", "z", "y")) == 1
    assert lines.at(found, ("service", "contact")) is None


def test_a_path_is_written_as_people_write_it() -> None:
    assert lines.dotted(("source", 0, "list", "item")) == "source[0].list.item"
    assert lines.dotted(("fetch", "hosts", "bücher.example", "proxy")) == 'fetch.hosts."bücher.example".proxy'


# ---- whatever is written ---------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from("ab.=[]{}\"'#,\\\n\r\t 1"), max_size=40))
def test_any_text_that_is_toml_is_followed_exactly(text: str) -> None:
    try:
        accepted = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(lines.index(text)) == set(_paths(accepted))


_SCALARS = st.sampled_from(
    ["1", "true", '"x = 1"', "'[y]'", '"""\n[z]\nq = 1\n"""', "'''\n#'\n'''", '"\\"]"', '""""\n\\""""', "07:32:00"]
)
_JOINS = st.sampled_from([", ", ",\n", ", # ] }\n", "\n,"])


def _array(parts: list[str], join: str) -> str:
    return f"[{join.join(parts)}{',' if parts else ''}\n]"


_VALUES = st.recursive(
    _SCALARS,
    lambda inside: (
        st.builds(_array, st.lists(inside, max_size=3), _JOINS)
        | st.lists(inside, max_size=3).map(
            lambda parts: "{" + ", ".join(f"k{n}{'.in' * (n % 2)} = {part}" for n, part in enumerate(parts)) + "}"
        )
    ),
    max_leaves=6,
)


@st.composite
def _files(draw: st.DrawFn) -> tuple[str, dict[str, int]]:
    """A text and the line of each of its keys, which are all different."""
    text, where = "", {}
    for number in range(draw(st.integers(0, 12))):
        text += draw(st.sampled_from(["", "\n", "# x = [\n", " \t"]))
        name = f"key{number}"
        written = draw(st.sampled_from([name, f'"{name}"', f"'{name}'", json.dumps(name).replace("k", "\\u006b")]))
        where[name] = text.count("\n") + 1
        if draw(st.booleans()):
            text += f"{written} = {draw(_VALUES)}\n"
        else:
            opening, closing = draw(st.sampled_from([("[", "]"), ("[[", "]]")]))
            text += f"{opening}top{number % 3}.{written}{closing} # x\n"
    return text, where


@settings(max_examples=60, deadline=None)
@given(file=_files())
def test_lines_of_generated_texts_are_exact(file: tuple[str, dict[str, int]]) -> None:
    text, where = file
    found = lines.index(text)
    assert set(found) == set(_paths(tomllib.loads(text)))
    assert {path[-1]: line for path, line in found.items() if path[-1] in where} == where
