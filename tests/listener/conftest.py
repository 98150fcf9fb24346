"""A web server on loopback for tests of the listener."""

from collections.abc import Iterator

import pytest

from tests.support.web import Web, serving


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as opened:
        yield opened
