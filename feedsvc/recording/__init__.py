"""A source's pages of one day with what was read from them: values in, a directory of files out, and back.

`Tape` records while a poll runs, `Player` gives the same pages without any network, `Ear` hears what was read;
`compare` tells what differs. Whoever polls puts them together.
"""

from __future__ import annotations

from feedsvc.recording.differences import compare
from feedsvc.recording.files import MANIFEST, accept, names, read, write
from feedsvc.recording.tape import Ear, Player, Tape
from feedsvc.recording.values import Answer, Difference, Found, Recording, RecordingError, Refusal

__all__ = [
    "MANIFEST", "Answer", "Difference", "Ear", "Found", "Player", "Recording", "RecordingError", "Refusal", "Tape",
    "accept", "compare", "names", "read", "write",
]  # fmt: skip
