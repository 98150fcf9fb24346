"""YouTube's search: all words and phrases, and `|` between alternatives (https://developers.google.com/youtube/v3/docs/search/list, parameter q).

A day holds a hundred searches, so that alternatives which are single terms share one.
"""

from listener.query.native import Platform, bare_words_or_titles, nothing_sure, says_nothing
from listener.query.nodes import Node
from listener.query.searches import separate, ways


def to_youtube(query: Node) -> tuple[str, ...]:
    """The searches that find together whatever matches, as `q`. Raises QueryError."""
    found = ways(query, MANY)
    together = "|".join(way[0].text for way in found)
    if len(found) > 1 and all(len(way) == 1 for way in found) and len(together) <= YOUTUBE.longest:
        return (together,)
    return separate(query, YOUTUBE)


YOUTUBE = Platform("YouTube", "youtube", longest=500, most=4, leaf=bare_words_or_titles, known=says_nothing, sure=nothing_sure)
MANY = Platform("YouTube", "youtube", longest=500, most=50, leaf=bare_words_or_titles, known=says_nothing, sure=nothing_sure)
