"""What reviews of all app stores have in common: stars and circumstances in one line above the text. Pure."""

from collections.abc import Sequence

from desk.post import Post
from listener.sources.shared.wanted import Wanted

FULL, EMPTY = "★", "☆"
MOST_STARS = 5
ANSWER = "answer"
"""The kind of post that our own answer is."""


def chosen(posts: Sequence[Post], wanted: Wanted) -> tuple[Post, ...]:
    """The reviews that a feed wants, with our answers to them whatever those say: they stop the clock."""
    reviews = {post.external_id for post in wanted.among(post for post in posts if post.kind != ANSWER)}
    return tuple(post for post in posts if post.external_id in reviews or (post.kind == ANSWER and post.parent_id in reviews))


def heading(stars: object, title: str, *circumstances: str) -> str:
    """Stars, the review's own title, and what is known beside: "★★☆☆☆ Crashes at start · GBR · 2.3.1"."""
    said = " ".join(part for part in (star_words(stars), " ".join(title.split())) if part)
    return " · ".join(part for part in (said, *(" ".join(one.split()) for one in circumstances)) if part)


def star_words(stars: object) -> str:
    """One to five stars; nothing for what is no such number."""
    if not isinstance(stars, int) or isinstance(stars, bool) or not 0 < stars <= MOST_STARS:
        return ""
    return FULL * stars + EMPTY * (MOST_STARS - stars)
