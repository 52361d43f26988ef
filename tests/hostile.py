"""What hostile pages cost: a program that reads them and prints seconds of CPU and the peak of memory.

    python tests/hostile.py [NAME ...]      one line of JSON per page and function; all pages without names

Every reading is a child of its own, forked from one that has imported everything: its peak is the page's, not that of
the page before.
"""

from __future__ import annotations

import json
import os
import resource
import sys

import hostile_pages

import feedsvc

URL = "https://www.zeitung.example/politik/artikel-4711.html"
FUNCTIONS = ("extract_article", "find_leads")
LIMIT = 20  # seconds of CPU after which a reading is killed


def measure(name: str, function: str) -> dict[str, object]:
    """Return what reading one page costs a child of its own, and how it ended."""
    body = hostile_pages.page(name)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
        os.write(writer, _read(body, function).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read().decode()
    _, _, used = os.wait4(child, 0)
    taken = {"cpu": round(used.ru_utime + used.ru_stime, 2), "mb": used.ru_maxrss // 1024}
    return {"page": name, "function": function, "answer": answer or "killed", **taken}


def _read(body: bytes, function: str) -> str:
    try:
        found = getattr(feedsvc, function)(body, URL)
    except feedsvc.ContentError as error:
        return f"ContentError {error.kind}: {error.message}"[:200]
    except BaseException as error:  # noqa: BLE001  # the answer of this program is what went wrong
        return f"RAISED {type(error).__name__}: {error}"[:300]
    return f"{len(found)} leads" if isinstance(found, tuple) else f"article of {len(found.body_text or '')} characters"


def main(names: list[str]) -> None:
    feedsvc.find_leads(hostile_pages.P.encode() * 2, URL)
    for name in names or hostile_pages.PAGES:
        for function in FUNCTIONS:
            sys.stdout.write(json.dumps(measure(name, function)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
