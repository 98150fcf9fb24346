"""App Store and Google Play."""

# ruff: noqa: ARG002, RUF012 a dialect overrides what it needs, told the same as all others, and keeps its constants on its class

from typing import Any, ClassVar

from tests.support.replay import Reply, Seen, as_json
from tests.support.store_platforms import APPLE_GONE, REVIEWS, apple_secrets, google_secrets
from tests.support.worlds.world import Thing, World, iso, seconds_of


class AppStoreReviews(World):
    source, kind, query = "appstore", "reviews", ""
    options = {"app": "42", "backfill": True}
    secrets = apple_secrets()

    def id_of(self, thing: Thing) -> str:
        return f"r{thing.number}"

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == "/v1/apps/42/customerReviews"

    def asked(self, seen: Seen) -> str | None:
        return seen.query.get("cursor")

    def item(self, thing: Thing) -> Any:
        said = {
            "rating": 2,
            "title": "Crash",
            "body": thing.text,
            "reviewerNickname": "Anne",
            "createdDate": iso(thing.at),
            "territory": "GBR",
        }
        return {"type": "customerReviews", "id": self.id_of(thing), "attributes": said, "relationships": {"response": {"links": {}}}}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        links = {"self": "x", **({"next": f"{self.url}{seen.path}?cursor={following}"} if following else {})}
        return as_json({"data": items, "included": [], "links": links}, x_rate_limit="user-hour-lim:3500;user-hour-rem:3400;")

    def beside(self, seen: Seen) -> Reply:
        number = seen.path.removeprefix("/v1/customerReviews/r")
        found = self.things.get(int(number)) if number.isdigit() else None
        return as_json({"data": self.item(found)}) if found else as_json(APPLE_GONE, 404)


class AppStorePublic(World):
    source, kind, query, needs_credential = "appstore", "public", "", False
    options = {"app": "42", "public": True, "country": "gb", "backfill": True}
    is_deletable = names_next = False
    LIST: ClassVar[str] = "/gb/rss/customerreviews/"

    def id_of(self, thing: Thing) -> str:
        return str(7_000_000 + thing.number)

    def is_listing(self, seen: Seen) -> bool:
        return seen.path.startswith(self.LIST)

    def asked(self, seen: Seen) -> str | None:
        page = int(seen.path.partition("/page=")[2].partition("/")[0])
        return str((page - 1) * self.size)

    def item(self, thing: Thing) -> Any:
        told = {
            "id": self.id_of(thing),
            "updated": iso(thing.at),
            "title": "Crash",
            "content": thing.text,
            "im:rating": "2",
            "im:version": "1",
        }
        author = {"name": {"label": "Anne"}, "uri": {"label": "https://itunes.apple.com/gb/reviews/id501"}}
        return {**{name: {"label": value} for name, value in told.items()}, "author": author}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        return as_json({"feed": {"title": {"label": "Reviews"}, **({"entry": items} if items else {})}})


class GooglePlay(World):
    source, query = "googleplay", ""
    options = {"package": "com.acme.shop", "backfill": True}
    secrets = google_secrets()

    def id_of(self, thing: Thing) -> str:
        return f"gp:{thing.number}"

    def is_listing(self, seen: Seen) -> bool:
        return seen.path == REVIEWS

    def asked(self, seen: Seen) -> str | None:
        return seen.query.get("token")

    def item(self, thing: Thing) -> Any:
        said = {"text": f"\t{thing.text}", "lastModified": {"seconds": str(seconds_of(thing.at)), "nanos": 0}, "starRating": 2}
        return {"reviewId": self.id_of(thing), "authorName": "Jane", "comments": [{"userComment": {**said, "reviewerLanguage": "en_GB"}}]}

    def document(self, items: list[Any], following: str | None, seen: Seen) -> Reply:
        told = {"tokenPagination": {"nextPageToken": following}} if following else {}
        return as_json({**({"reviews": items} if items else {}), **told})

    def beside(self, seen: Seen) -> Reply:
        if seen.path == "/token":
            return as_json({"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer"})
        number = seen.path.removeprefix(f"{REVIEWS}/gp:")
        found = self.things.get(int(number)) if number.isdigit() else None
        return as_json(self.item(found)) if found else as_json({"error": {"code": 404, "message": "Review not found"}}, 404)
