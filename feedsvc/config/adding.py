"""A new source in, config.toml with it at the end out; what the operator wrote stays byte for byte."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

Value = str | tuple[str, ...]


def block(values: Mapping[str, Value], comment: str) -> str:
    """Return a source as TOML: a comment, `[[source]]`, a line for each value."""
    lines = [f"{key} = {_written(value)}" for key, value in values.items()]
    return "\n".join((f"# {comment}", "[[source]]", *lines)) + "\n"


def append(path: Path, added: str, check: Callable[[Path], object]) -> None:
    """Put a block at the end of a file in one step, after `check` has let a copy with it pass."""
    target = path.resolve()  # a link stays a link
    before = target.read_bytes()
    glue = b"\n" if before.endswith(b"\n") or not before else b"\n\n"
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(before + glue + added.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        check(Path(name))
        shutil.copymode(target, name)
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def _written(value: Value) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)  # JSON's escapes are those of a basic string (TOML 1.0)
    return "[" + ", ".join(_written(each) for each in value) + "]"
