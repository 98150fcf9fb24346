"""A query of twenty terms asked of every post of the sample, beside one compiled regular expression of the same terms; how long reading one takes."""

import re
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from time import perf_counter

from bench.figures import Figure, Target
from bench.places import Places
from careline.sample import corpus
from listener.query import Matcher, Said, parse, to_x, written
from listener.query.nodes import Leaf, LeafKind, atoms

PART = "query"
ROUNDS = 9
TIMES = Target("<=", 3)
ALTERNATIVES = (
    '("acme" OR @acme OR #acme OR parcel OR delivery OR refund OR "customer service" OR phone OR charger OR voucher OR app OR password'
    ' OR invoice OR courier OR "no reply") -giveaway -hiring -"win a" -#ad -sweepstake'
)
TOGETHER = (
    "my the is (parcel OR delivery OR order OR package OR courier OR driver OR phone OR app) -giveaway -hiring -job -win -sweepstake -retweet -ad"
    ' -sponsored -"promo code"'
)
QUERIES = {"fifteen alternatives, five left out": ALTERNATIVES, "words together, nine left out": TOGETHER}


def run(_places: Places) -> Iterator[Figure]:
    """Each round asks all texts one after the other; both sides see the same texts in the same round."""
    texts = [post.text for post in corpus.history()]
    for name, query in QUERIES.items():
        yield from _beside(name, query, texts)
    yield _reading()


def _beside(name: str, query: str, texts: Sequence[str]) -> Iterator[Figure]:
    asked = parse(query)
    matcher, pattern = Matcher(asked), _pattern(query)
    said = [Said(text) for text in texts]
    asks: dict[str, Callable[[], object]] = {
        "let in or not": lambda: [matcher.lets_in(one) for one in said],
        "with highlights": lambda: [matcher.highlights(one) for one in said],
        "regular expression": lambda: [pattern.findall(text) for text in texts],
    }
    took: dict[str, list[float]] = {which: [] for which in asks}
    for _ in range(ROUNDS):
        for which, work in asks.items():
            took[which].append(_seconds(work) / len(texts) * 1e6)
    expression = median(took["regular expression"])
    for which in ("let in or not", "with highlights"):
        beside = {"µs": median(took[which]), "regular expression µs": expression}
        yield Figure(PART, f"{name}: {which}, times", median(took[which]) / expression, "", ROUNDS * len(texts), TIMES, beside=beside)


def _pattern(query: str) -> re.Pattern[str]:
    """All terms as alternatives, whole words, whatever their case."""
    leaves = [atom for atom in atoms(parse(query)) if isinstance(atom, Leaf)]
    if len(leaves) != 20:
        raise ValueError(f"{len(leaves)} terms, not twenty")
    signs = {LeafKind.HANDLE: "@", LeafKind.TAG: "#"}
    terms = "|".join(re.escape(signs.get(leaf.kind, "") + leaf.text) for leaf in leaves)
    return re.compile(rf"(?<!\w)(?:{terms})(?!\w)", re.IGNORECASE)


def _reading() -> Figure:
    parse(ALTERNATIVES)
    times = [_seconds(lambda: to_x(parse(written(parse(ALTERNATIVES))))) * 1000 for _ in range(50)]
    return Figure(PART, "read, written back, read again and spelled for X", median(times), "ms", len(times))


def _seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started
