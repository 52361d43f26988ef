"""What every test may ask for: slow tests only on request, golden files and floors that can be written again."""

from __future__ import annotations

import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write the golden files again; review the difference")
    parser.addoption("--floors", action="store_true", help="measure the extraction again and write tests/floors.json")
    parser.addoption("--lower-floors", metavar="REASON", help="the same, and let floors sink; CHANGELOG.md tells why")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("FEEDSVC_SLOW") == "1":
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow: set FEEDSVC_SLOW=1"))


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--bless")) or os.environ.get("FEEDSVC_BLESS") == "1"
