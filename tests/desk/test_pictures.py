"""Pictures from outside: written anew, or refused in words."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desk.intake.pictures import LONGEST_SIDE, NotAPicture, rewritten
from tests.support import drawn


def test_a_picture_is_written_anew_without_what_lies_beside_its_pixels() -> None:
    came = drawn.png(text="secret place") + b"<script>trailing</script>"
    picture = rewritten(came)
    assert (picture.media_type, picture.width, picture.height) == ("image/jpeg", 40, 30)
    assert b"secret place" not in picture.body
    assert b"<script>" not in picture.body
    assert drawn.of_bytes(picture.body).format == "JPEG"


def test_where_it_was_taken_is_dropped_and_it_stands_upright() -> None:
    picture = rewritten(drawn.jpeg(40, 30, comment=b"hello there", orientation=6))
    assert (picture.width, picture.height) == (30, 40)
    assert b"52.1 N" not in picture.body
    assert b"hello there" not in picture.body
    assert not drawn.of_bytes(picture.body).getexif()


def test_a_large_one_becomes_as_large_as_we_show_it() -> None:
    picture = rewritten(drawn.png(3000, 1500))
    assert (picture.width, picture.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_see_through_one_stays_so() -> None:
    assert rewritten(drawn.png(mode="RGBA")).media_type == "image/webp"
    assert rewritten(drawn.png(mode="RGBA"), see_through="PNG").media_type == "image/png"


def test_of_a_moving_one_the_first_frame_is_kept() -> None:
    kept = drawn.of_bytes(rewritten(drawn.moving()).body)
    red, green, _ = kept.convert("RGB").getpixel((10, 10))
    assert getattr(kept, "n_frames", 1) == 1
    assert red > 200
    assert green < 60


@pytest.mark.parametrize(
    ("came", "why"),
    [
        (drawn.bomb(), "pixels"),
        (drawn.bomb(9_000), "pixels"),
        (drawn.SVG, "none of"),
        (drawn.PAGE, "none of"),
        (b"", "none of"),
        (drawn.png()[:60], "broken"),
        (drawn.jpeg()[:200], "broken"),
        (b"%PDF-1.7 ", "none of"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(came: bytes, why: str) -> None:
    with pytest.raises(NotAPicture, match=why):
        rewritten(came)


@given(some.binary(max_size=300), some.integers(0, 60))
def test_bytes_that_are_made_up_are_a_picture_or_refused_and_nothing_else(noise: bytes, at: int) -> None:
    came = drawn.png(8, 8)
    with suppress(NotAPicture):
        assert rewritten(came[:at] + noise + came[at + len(noise) :]).body
