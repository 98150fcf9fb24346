"""What a platform is to be asked, as the searches to make: several where it knows no OR, or takes only so many characters."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product

from listener.query.native import EVERYTHING, NOTHING, All, Any, Asked, Platform, Word, asked, every, narrows, some
from listener.query.nodes import Node, QueryError

Way = tuple[Word, ...]
"""What must, and must not, be there together."""


def grouped(query: Node, platform: Platform) -> tuple[str, ...]:
    """For a platform that knows OR and groups: one search, cut at an OR where it is too long. None to make where nothing can be found.

    Raises QueryError where the platform cannot search for it, or where it would become too many searches.
    """
    tree = asked(query, platform)
    if tree == NOTHING:
        return ()
    # One more than the most tells enough.
    parts = islice(_fitting(tree, platform), platform.most + 1)
    return _checked([spelled(part, platform) for part in parts], platform)


def separate(query: Node, platform: Platform) -> tuple[str, ...]:
    """For a platform that knows no OR: one search for each way in which the query can be true. Raises QueryError as `grouped` does."""
    return _checked([_line(way, platform) for way in ways(query, platform)], platform)


def ways(query: Node, platform: Platform) -> list[Way]:
    """The ways in which a query can be true; one that holds all of another is left out: that one finds it too."""
    found = [way for way in dict.fromkeys(_ways(asked(query, platform), platform)) if any(not word.is_negated for word in way)]
    said = [set(way) for way in found]
    return [way for way, all_of_it in zip(found, said, strict=True) if not any(other < all_of_it for other in said)]


def spelled(tree: Asked, platform: Platform) -> str:
    """A tree in a platform's own words, with parentheses wherever OR meets anything else."""
    if isinstance(tree, Word):
        return f"{platform.minus if tree.is_negated else ''}{tree.text}"
    joint = platform.joint if isinstance(tree, All) else " OR "
    return joint.join(spelled(part, platform) if isinstance(part, Word) else f"({spelled(part, platform)})" for part in tree.parts)


def _checked(found: Sequence[str], platform: Platform) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(found))
    if len(unique) > platform.most:
        problem = f"{platform.name} would need {len(unique)} searches of at most {platform.longest} characters for this, {platform.most} are the most"
        raise QueryError(problem, 0, "Make two feeds of it")
    return unique


def _fitting(tree: Asked, platform: Platform) -> Iterator[Asked]:
    light = _lightened(tree, platform)
    longest = max(_choices(light), key=lambda choice: _length(choice[0], platform), default=None)
    if _length(light, platform) <= platform.longest:
        yield light
    elif longest is None:
        yield _cut(light, platform)
    else:
        yield from _split(*longest, platform)


def _length(tree: Asked, platform: Platform) -> int:
    return len(spelled(tree, platform))


def _choices(tree: Asked) -> list[tuple[Any, Callable[[Asked], Asked]]]:
    """Where the tree can be split, and what it becomes with another part there."""
    if isinstance(tree, Any):
        return [(tree, lambda part: part)]
    parts = tree.parts if isinstance(tree, All) else ()
    return [(part, _with(parts, place)) for place, part in enumerate(parts) if isinstance(part, Any)]


def _with(parts: Sequence[Asked], place: int) -> Callable[[Asked], Asked]:
    return lambda part: every((*parts[:place], part, *parts[place + 1 :]))


def _split(choice: Any, around: Callable[[Asked], Asked], platform: Platform) -> Iterator[Asked]:
    """As few searches as the order of the parts allows."""
    together: tuple[Asked, ...] = ()
    for part in choice.parts:
        if together and _length(around(some((*together, part))), platform) > platform.longest:
            yield from _fitting(around(some(together)), platform)
            together = ()
        together = (*together, part)
    yield from _fitting(around(some(together)), platform)


def _lightened(tree: Asked, platform: Platform) -> Asked:
    """Too long a tree with no more beside its longest alternatives than half a search holds: each search repeats the rest."""
    if not isinstance(tree, All) or _length(tree, platform) <= platform.longest:
        return tree
    longest = max((part for part in tree.parts if isinstance(part, Any)), key=lambda part: _length(part, platform), default=None)
    rest = [part for part in tree.parts if part != longest] if longest else []
    while _length(All(tuple(rest)), platform) > platform.longest // 2:
        can_go = [part for part in rest if narrows(every(other for other in tree.parts if other != part))]
        if not can_go:
            break
        least = max(reversed(can_go), key=lambda part: _can_go(part, platform))
        rest.remove(least)
        tree = every(part for part in tree.parts if part != least)
        if not isinstance(tree, All):
            break
    return tree


def _cut(tree: Asked, platform: Platform) -> Asked:
    """Parts left out until it fits: negations first, then from the end."""
    parts: list[Asked] = list(tree.parts) if isinstance(tree, All) else [tree]
    while len(parts) > 1 and len(spelled(All(tuple(parts)), platform)) > platform.longest:
        parts.remove(max(reversed(parts), key=lambda part: _can_go(part, platform)))
    if len(spelled(All(tuple(parts)), platform)) > platform.longest:
        problem = f"{platform.name} takes at most {platform.longest} characters in a search"
        raise QueryError(problem, 0, "Look for a shorter phrase")
    return every(parts) if len(parts) > 1 else parts[0]


def _can_go(part: Asked, platform: Platform) -> tuple[bool, bool, int]:
    """Negations only spare us posts: they go first, then what narrows little, then what is long. Of likes the last."""
    is_negated = isinstance(part, Word) and part.is_negated
    return is_negated, not narrows(part), 0 if is_negated else _length(part, platform)


def _ways(tree: Asked, platform: Platform) -> list[Way]:
    if isinstance(tree, Word):
        return [(tree,)]
    if isinstance(tree, Any):
        return [way for part in tree.parts for way in _ways(part, platform)]
    return _together([_ways(part, platform) for part in tree.parts], platform)


def _together(parts: Sequence[Sequence[Way]], platform: Platform) -> list[Way]:
    """Each way of one with each of the others, as far as that stays few searches: a part left out only widens them."""
    size = 1
    chosen: list[int] = []
    for place, part in sorted(enumerate(parts), key=lambda numbered: (not _must(numbered[1]), len(numbered[1]))):
        if size * len(part) <= platform.most or not chosen:
            size *= len(part)
            chosen.append(place)
    return [_joined(found) for found in product(*(parts[place] for place in sorted(chosen)))]


def _must(part: Sequence[Way]) -> bool:
    return any(word.narrows and not word.is_negated for way in part for word in way)


def _joined(found: Sequence[Way]) -> Way:
    return tuple(dict.fromkeys(word for way in found for word in way))


def _line(way: Way, platform: Platform) -> str:
    tree = every(way)
    fits = tree == EVERYTHING or len(spelled(tree, platform)) <= platform.longest
    return spelled(tree if fits else _cut(tree, platform), platform)
