"""A server on loopback for journeys from a post to its answer."""

from collections.abc import Iterator

import pytest

from tests.support.replay import Platform


@pytest.fixture
def platform() -> Iterator[Platform]:
    """It answers what a test scripts, and keeps what it was asked."""
    with Platform() as opened:
        yield opened
