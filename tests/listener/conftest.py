"""Servers on loopback for tests of the listener."""

from collections.abc import Iterator

import pytest

from tests.support.replay import Platform
from tests.support.web import Web, serving


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as opened:
        yield opened


@pytest.fixture
def platform() -> Iterator[Platform]:
    """It answers what a test scripts, and keeps what it was asked."""
    with Platform() as opened:
        yield opened
