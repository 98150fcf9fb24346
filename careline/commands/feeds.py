"""`careline feeds`: what we listen to, and one look at one of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from careline import layers, processes
from careline.start import MISUSED, Start, Stopped, opened_with_plan, start, stop
from desk.errors import DeskError
from desk.feeds import feed_previews, feeds
from desk.feeds.feed_previews import Step
from desk.feeds.plan import FeedDraft
from storage.database import Database

if TYPE_CHECKING:
    from listener.poll import PollReport

app = typer.Typer(help="What we listen to: list, poll, preview.", no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(help="The feed's name, as in settings.toml or on the Feeds page.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for a program.")]


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the feeds and how each is doing, in words.

    Example:  careline feeds list
    """
    begun = start()
    with opened_with_plan(begun) as database, database.read() as session:
        rows = feeds.health(session, now=database.now())
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], default=str))
        return
    for row in rows:
        typer.echo(f"{row.name}  ({row.source} {row.kind})  {row.words}")
    if not rows:
        typer.echo("No feed yet: add one to settings.toml (docs/settings.md has an example per source) or on the Feeds page")


@app.command()
def poll(
    name: Name,
    *,
    once: Annotated[bool, typer.Option("--once", help="Look once, now, whatever the schedule says.")] = False,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Read as far back as the source still shows; what is known is stored only once.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look at one feed once, store what is new, and say what came of it.

    JSON: {"result", "new", "seen", "retry_at", "cursor"}; `result` is one of looked, empty, throttled, budget_used_up,
    credit_used_up, unauthorized, refused, unavailable, malformed. The exit code is 0 whenever the look was recorded; where there was
    none, such as of a feed that nobody knows, it is {"error"}.

    Example:  careline feeds poll acme-on-x --once --json
    """
    with _failing_as_json(as_json):
        if not once:
            stop("say --once: the schedule belongs to `careline listen`", code=MISUSED)
        begun = start()
        with opened_with_plan(begun) as database:
            report = _look(begun, database, name, from_start=from_start)
    typer.echo(json.dumps(_told(report)) if as_json else _in_words(report))


@app.command()
def preview(
    name: Annotated[str | None, typer.Argument(help="A feed that is there. Without one, --source and --query describe it.")] = None,
    *,
    query: Annotated[str, typer.Option(help="What to look for, as docs/query.md describes it.")] = "",
    source: Annotated[str, typer.Option(help="Where, such as x, mastodon, hackernews.")] = "",
    kind: Annotated[str, typer.Option(help="The kind of feed.")] = "search",
    credential: Annotated[str | None, typer.Option(help="The credential to ask with.")] = None,
    site: Annotated[str, typer.Option(help="Which one of its kind, such as stackoverflow.")] = "",
    sample: Annotated[bool, typer.Option("--sample", help="Read up to fifty posts as well, at the price that is named.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count what a feed would find in seven days, and read a sample of it. Nothing is stored but what that cost.

    JSON: {"result", "detail", "count", "sample_price", "costs"}, with --sample also "found", "posts" and "terms", what could be left out and the
    posts that it would take. `count` is null where the platform does not say.

    Example:  careline feeds preview --source hackernews --kind all --query '"acme phone" OR acmephone' --json
    """
    draft = FeedDraft(name or "preview", source, kind, query, "", credential, site=site, options={"site": site} if site else {})
    with _failing_as_json(as_json):
        if bool(name) == bool(query):
            stop("name a feed, or describe one with --source and --query", code=MISUSED)
        begun = start()
        with opened_with_plan(begun) as database:
            try:
                told = _previewed(begun, database, name, draft, sample=sample)
            except DeskError as error:
                stop(str(error))
    typer.echo(json.dumps(told) if as_json else "\n".join(_preview_words(told)))


@contextmanager
def _failing_as_json(as_json: bool) -> Iterator[None]:
    """A program that reads our output finds JSON there when the command fails, too."""
    try:
        yield
    except Stopped as error:
        if as_json:
            typer.echo(json.dumps({"error": error.words}))
        raise


def _previewed(begun: Start, database: Database, name: str | None, draft: FeedDraft, *, sample: bool) -> dict[str, Any]:
    from careline.sample.wiring import registry_of
    from listener.errands import look_before

    settings, desk = layers.listener_settings(begun.settings), layers.desk_settings(begun.settings)
    registry = registry_of(begun, database, settings)
    with database.read() as session:
        spec = feeds.spec_called(session, name) if name else feeds.spec_of_draft(session, draft)
    counted = look_before(registry, database, spec, Step.COUNT, desk=desk)
    dearest = feed_previews.price(spec.source, spec.kind, Step.SAMPLE)
    told = {**counted, "sample_price": [asdict(one) for one in dearest]}
    if not sample:
        return told
    read = look_before(registry, database, spec, Step.SAMPLE, desk=desk)
    return {**told, **read, "costs": [*counted["costs"], *read["costs"]]}


def _preview_words(told: dict[str, Any]) -> list[str]:
    count, price = told["count"], sum(one["micros"] for one in told["sample_price"])
    said = f"{count['n']} posts in {count['days']} days ({count['sureness'].replace('_', ' ')})" if count else "no count here"
    posts = [f"  {post['posted_at'][:16]}  {post['author']}: {' '.join(post['text'].split())[:120]}" for post in told.get("posts", ())]
    detail = f": {told['detail']}" if told["detail"] else ""
    return [f"{told['result']}{detail}", said, f"a sample costs at most {price / 1_000_000:.2f} USD", *posts]


def _look(begun: Start, database: Database, name: str, *, from_start: bool) -> "PollReport":
    from careline.sample.wiring import registry_of
    from listener.poll import Poller

    settings = layers.listener_settings(begun.settings)
    registry = registry_of(begun, database, settings)
    poller = Poller(database, settings, layers.desk_settings(begun.settings), registry, owner=processes.owner_of("cli"))
    try:
        return poller.poll_from_start(name) if from_start else poller.poll_one(name)
    except DeskError as error:
        stop(str(error))


def _told(report: "PollReport") -> dict[str, Any]:
    retry_at = report.retry_at.isoformat() if report.retry_at else None
    return {"result": report.result.value, "new": report.new, "seen": report.seen, "retry_at": retry_at, "cursor": report.cursor}


def _in_words(report: "PollReport") -> str:
    later = f", not before {report.retry_at.isoformat()}" if report.retry_at else ""
    why = f". {report.detail}" if report.detail else ""
    return f"{report.result}: {report.seen} posts, {report.new} new{later}{why}"
