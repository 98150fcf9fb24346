"""What a feed's options say, and how long a look may go on."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from listener.sources.shared import options


def test_of_ids_that_are_asked_for_one_by_one_the_rest_waits_when_half_of_the_lease_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 0.0

    def ids() -> Iterator[str]:
        nonlocal clock
        for number in range(10):
            yield str(number)
            clock += 20

    monkeypatch.setattr(options.time, "monotonic", lambda: clock)
    assert list(options.in_time(ids(), timedelta(seconds=120))) == ["0", "1", "2"]
