"""One source, once: a PollTask in, an Outcome out.

Pure, given `fetch`, `read` and a clock: it knows no database, no configuration file, no pool and no socket. Errors
raised on the way become values here and nowhere else. Whatever one article does, the others are unharmed.
"""

from __future__ import annotations

from feedsvc.poll.closing import crashed
from feedsvc.poll.round import poll

__all__ = ["crashed", "poll"]
