"""Forums and blogs: Discourse, WordPress, RSS."""

# ruff: noqa: ARG002, RUF012 a dialect overrides what it needs, told the same as all others, and keeps its constants on its class

from collections.abc import Sequence
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from tests.support.replay import Reply, Seen, as_json
from tests.support.worlds.world import Thing, World, iso

GONE = {"errors": ["The requested URL or resource could not be found."], "error_type": "not_found"}
NOT_FOUND = {"code": "rest_comment_invalid_id", "message": "Invalid comment ID.", "data": {"status": 404}}


class DiscoursePosts(World):
    source, kind, query = "discourse", "posts", ""
    options = {"backfill": True}
    secrets = {"api_key": "key", "username": "care"}
    names_next = False

    def id_of(self, thing: Thing) -> str:
        return str(thing.number)

    def listed(self, seen: Seen) -> list[Thing]:
        return sorted(self.things.values(), key=lambda one: one.number, reverse=True)

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/posts.json"

    def asked(self, seen: Seen) -> str | None:
        return seen.query.get("before")

    def rest(self, seen: Seen, asked: str | None) -> list[Thing]:
        return [one for one in self.listed(seen) if asked is None or one.number < int(asked)]

    def item(self, thing: Thing) -> Any:
        told = {"id": thing.number, "username": "ada", "user_id": 11, "created_at": iso(thing.at), "cooked": f"<p>{thing.text}</p>"}
        more = {"topic_id": 7, "topic_slug": "kettles", "post_number": thing.number, "post_type": 1, "version": 1, "raw": thing.text}
        return {**told, **more, "hidden": False, "deleted_at": None, "user_deleted": False, "category_id": 5}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        return as_json({"latest_posts": items})

    def beside(self, seen: Seen) -> Reply:
        number = seen.path.removeprefix("/posts/").removesuffix(".json")
        found = self.things.get(int(number)) if number.isdigit() else None
        return as_json(self.item(found)) if found else as_json(GONE, 404)


class DiscourseSearch(DiscoursePosts):
    kind, query = "search", "northwind"

    def listed(self, seen: Seen) -> list[Thing]:
        return World.listed(self, seen)

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/search.json"

    def asked(self, seen: Seen) -> str | None:
        return seen.query.get("page")

    def rest(self, seen: Seen, asked: str | None) -> list[Thing]:
        return self.listed(seen)[(int(asked or 1) - 1) * self.size :]

    def following(self, seen: Seen, shown: Sequence[Thing], asked: str | None) -> str | None:
        return str(int(asked or 1) + 1)

    def item(self, thing: Thing) -> Any:
        return {"id": thing.number, "created_at": iso(thing.at), "blurb": thing.text, "topic_id": 7, "username": "ada"}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        more = following is not None
        return as_json({"posts": items, "grouped_search_result": {"more_full_page_results": more or None}})

    def beside(self, seen: Seen) -> Reply:
        number = seen.path.removeprefix("/posts/").removesuffix(".json")
        found = self.things.get(int(number)) if number.isdigit() else None
        return as_json(DiscoursePosts.item(self, found)) if found else as_json(GONE, 404)


class WordPressComments(World):
    source, query = "wordpress", ""
    options = {"backfill": True}
    secrets = {"username": "care", "application_password": "pass word"}
    ROUTE = "/wp-json/wp/v2/comments"
    size = 10
    names_next = False

    def id_of(self, thing: Thing) -> str:
        return str(thing.number)

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == self.ROUTE

    def asked(self, seen: Seen) -> str | None:
        return seen.query.get("offset")

    def item(self, thing: Thing) -> Any:
        at = iso(thing.at).removesuffix(".000Z")
        told = {"id": thing.number, "post": 12, "parent": 0, "author": 0, "author_name": "Ada", "date": at, "date_gmt": at}
        return {
            **told,
            "content": {"rendered": f"<p>{thing.text}</p>\n"},
            "link": f"https://b.example/#{thing.number}",
            "status": "approved",
        }

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        count = str(len(self.things))
        return as_json(items, x_wp_total=count, x_wp_totalpages=count)

    def beside(self, seen: Seen) -> Reply:
        number = seen.path.removeprefix(f"{self.ROUTE}/")
        found = self.things.get(int(number)) if number.isdigit() else None
        return as_json(self.item(found)) if found else as_json(NOT_FOUND, 404)


class RssFeed(World):
    source, query, needs_credential = "rss", "", False
    size = 400
    names_next = False
    is_deletable = False

    def id_of(self, thing: Thing) -> str:
        return f"urn:northwind:{thing.number}"

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/feed.xml"

    def asked(self, seen: Seen) -> str | None:
        return None

    def item(self, thing: Thing) -> Any:
        link = f"https://forum.example/{thing.number}"
        told = {"guid": self.id_of(thing), "title": f"Post {thing.number}", "link": link, "pubDate": format_datetime(thing.at)}
        return {**told, "description": thing.text, "author": "ada@forum.example (Ada)"}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        body = "".join(f"<item>{_elements(one)}</item>\n" for one in items)
        feed = f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>F</title>{body}</channel></rss>'
        return Reply(200, feed.encode("utf-8", "surrogatepass"), {"content-type": "application/rss+xml; charset=utf-8"})


def _elements(one: Any) -> str:
    if not isinstance(one, dict):
        return escape(str(one))
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in one.items() if value is not None)
