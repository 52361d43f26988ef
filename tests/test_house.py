"""The house is kept: format, lint, types, imports; and the documents say what the program does."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from feedsvc import cli

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("ruff", "format", "--check", "."), id="format"),
        pytest.param(("ruff", "check", "."), id="lint"),
        pytest.param(("mypy",), id="types"),
    ],
)
def test_the_tools_find_nothing(command: tuple[str, ...]) -> None:
    done = run(*command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_imports_only_point_down() -> None:
    code = "from importlinter.cli import lint_imports_command as c; c()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kept" in done.stdout


# ---- the documents say what the program does ------------------------------------------------------------------------

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_stands_in_the_readme_and_every_command_there_exists() -> None:
    told = set(re.findall(r"^\| `(\w+)", README, re.MULTILINE))
    assert told == set(cli.cli.commands)


def test_every_module_stands_in_the_readmes_tree_and_is_held_by_the_import_law() -> None:
    tree = README.partition("```\nfeedsvc/\n")[2].partition("```")[0]
    told = set(re.findall(r"(?:^  |, )(\w+)(?:\.py|/)", tree, re.MULTILINE))
    modules = {path.stem for path in (ROOT / "feedsvc").glob("*.py")} - {"__init__", "__main__"}
    packages = {path.parent.name for path in (ROOT / "feedsvc").glob("*/__init__.py")}
    assert told == modules | packages
    law = (ROOT / ".importlinter").read_text(encoding="utf-8")
    layers = set(re.findall(r"feedsvc\.(\w+)", law.partition("layers =")[2].partition("[importlinter")[0]))
    assert layers == modules | packages


def test_ci_runs_the_command_of_the_readme_and_nothing_else() -> None:
    (command,) = re.findall(r"^python3 -m venv .*pytest.*$", README, re.MULTILINE)
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_every_file_the_readme_points_at_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_help_needs_no_developers_tools() -> None:
    code = (
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name.split('.')[0] in ('pytest', 'hypothesis', 'mypy', 'importlinter', 'ruff'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "from feedsvc import cli\n"
        "sys.exit(cli.execute(['--help']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Commands:" in done.stdout


def test_every_top_level_import_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[\s<>=!;\[]", each)[0].lower() for each in project["dependencies"]}
    names = {
        "bs4": "beautifulsoup4",
        "slugify": "python-slugify",
        "backports": "backports-zstd",
        "pydantic_core": "pydantic",
    }
    found: set[str] = set()
    for path in (ROOT / "feedsvc").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    outside = found - set(sys.stdlib_module_names) - {"feedsvc", "compression"}
    assert {names.get(name, name).replace("_", "-") for name in outside} <= declared
