"""App Store Connect and Google Play on loopback, in the form of their documentation. Keys are made for the occasion.

https://developer.apple.com/documentation/appstoreconnectapi/get-v1-apps-_id_-customerreviews
https://developers.google.com/android-publisher/api-ref/rest/v3/reviews
"""

import json
from functools import lru_cache
from typing import Any

from joserfc.jwk import ECKey, RSAKey

from tests.support.replay import Platform, Reply, Seen, as_json

APPLE_GONE = {
    "errors": [{"status": "404", "code": "NOT_FOUND", "title": "The specified resource does not exist", "detail": "There is no resource"}]
}


@lru_cache(maxsize=1)
def apple_key() -> ECKey:
    return ECKey.generate_key("P-256")


@lru_cache(maxsize=1)
def google_key() -> RSAKey:
    return RSAKey.generate_key(2048)


def apple_secrets() -> dict[str, str]:
    return {"key_id": "KEY1", "issuer_id": "issuer", "private_key": apple_key().as_pem(private=True).decode()}


def google_secrets() -> dict[str, str]:
    account = {
        "type": "service_account",
        "client_email": "care@acme.iam.example",
        "private_key_id": "k1",
        "private_key": google_key().as_pem(private=True).decode(),
        "token_uri": "https://elsewhere.example/token",
    }
    return {"service_account": json.dumps(account)}


class AppStore:
    """Reviews 1, 2, 3 … of app 42, a minute apart, newest first; `answers` by the number of their review."""

    def __init__(self, platform: Platform, count: int = 0, *, size: int = 200) -> None:
        self.platform = platform
        self.size = size
        self.reviews: dict[int, dict[str, Any]] = {}
        self.answers: dict[int, str] = {}
        self.last = 0
        platform.always("/v1/apps/42/customerReviews", self.listed)
        platform.always("/v1/customerReviewResponses", self.answer, method="POST")
        for _ in range(count):
            self.add()

    def add(self, **attributes: Any) -> int:
        self.last = number = self.last + 1
        self.reviews[number] = apple_review(number, **attributes)
        self.platform.always(f"/v1/customerReviews/r{number}", lambda seen: self.one(seen, number))
        self.platform.always(f"/v1/customerReviews/r{number}/response", lambda _: self.answer_of(number))
        self.platform.always(f"/v1/customerReviewResponses/a{number}", lambda _: self.take_back(number), method="DELETE")
        return number

    def listed(self, seen: Seen) -> Reply:
        start, size = int(seen.query.get("cursor", 0)), min(self.size, int(seen.query["limit"]))
        numbers = sorted(self.reviews, reverse=True)
        shown = numbers[start : start + size]
        links = {"self": "…"}
        if len(numbers) > start + size:
            links["next"] = f"{self.platform.url}/v1/apps/42/customerReviews?cursor={start + size}&limit={size}"
        data = [{**self.reviews[number], "relationships": {"response": self._linked(number)}} for number in shown]
        included = [self._response(number) for number in shown if number in self.answers]
        return as_json({"data": data, "included": included, "links": links}, x_rate_limit="user-hour-lim:3500;user-hour-rem:3400;")

    def one(self, seen: Seen, number: int) -> Reply:
        if number not in self.reviews:
            return as_json(APPLE_GONE, 404)
        if seen.query.get("include") != "response":
            return as_json({"data": self.reviews[number]})
        included = [self._response(number)] if number in self.answers else []
        return as_json({"data": {**self.reviews[number], "relationships": {"response": self._linked(number)}}, "included": included})

    def answer(self, seen: Seen) -> Reply:
        given = json.loads(seen.body)["data"]
        number = int(given["relationships"]["review"]["data"]["id"].removeprefix("r"))
        self.answers[number] = given["attributes"]["responseBody"]
        return as_json({"data": self._response(number)}, 201)

    def answer_of(self, number: int) -> Reply:
        return as_json({"data": self._response(number)}) if number in self.answers else as_json(APPLE_GONE, 404)

    def take_back(self, number: int) -> Reply:
        del self.answers[number]
        return Reply(204)

    def _linked(self, number: int) -> dict[str, Any]:
        return {"data": {"type": "customerReviewResponses", "id": f"a{number}"}} if number in self.answers else {"links": {}}

    def _response(self, number: int) -> dict[str, Any]:
        said = {"responseBody": self.answers[number], "lastModifiedDate": "2026-11-19T10:00:00-08:00", "state": "PENDING_PUBLISH"}
        return {"type": "customerReviewResponses", "id": f"a{number}", "attributes": said}


def apple_review(number: int, **attributes: Any) -> dict[str, Any]:
    said = {
        "rating": 2,
        "title": f"Crash {number}",
        "body": f"the app crashes, number {number}",
        "reviewerNickname": "Anne",
        "createdDate": f"2026-11-{1 + number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00-08:00",
        "territory": "GBR",
    }
    return {"type": "customerReviews", "id": f"r{number}", "attributes": {**said, **attributes}}


REVIEWS = "/androidpublisher/v3/applications/com.acme.shop/reviews"


class PlayStore:
    """Reviews 1, 2, 3 … of com.acme.shop, a minute apart, newest first; `answers` by the number of their review."""

    def __init__(self, platform: Platform, count: int = 0, *, size: int = 100) -> None:
        self.platform = platform
        self.size = size
        self.reviews: dict[int, dict[str, Any]] = {}
        self.answers: dict[int, str] = {}
        self.last = 0
        platform.always("/token", as_json({"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer"}), method="POST")
        platform.always(REVIEWS, self.listed)
        for _ in range(count):
            self.add()

    def add(self, **said: Any) -> int:
        self.last = number = self.last + 1
        self.reviews[number] = said
        self.platform.always(f"{REVIEWS}/gp:{number}", lambda _: self.one(number))
        self.platform.always(f"{REVIEWS}/gp:{number}:reply", lambda seen: self.answer(seen, number), method="POST")
        return number

    def listed(self, seen: Seen) -> Reply:
        start, size = int(seen.query.get("token", 0)), min(self.size, int(seen.query["maxResults"]))
        numbers = sorted(self.reviews, reverse=True)
        following = {"tokenPagination": {"nextPageToken": str(start + size)}} if len(numbers) > start + size else {}
        shown = [self.review(number) for number in numbers[start : start + size]]
        return as_json({**({"reviews": shown} if shown else {}), **following})

    def review(self, number: int) -> dict[str, Any]:
        comments: list[dict[str, Any]] = [{"userComment": user_comment(number, **self.reviews[number])}]
        if number in self.answers:
            comments.append({"developerComment": {"text": self.answers[number], "lastModified": {"seconds": "1795000000"}}})
        return {"reviewId": f"gp:{number}", "authorName": "Jane", "comments": comments}

    def one(self, number: int) -> Reply:
        return (
            as_json(self.review(number))
            if number in self.reviews
            else as_json({"error": {"code": 404, "message": "Review not found"}}, 404)
        )

    def answer(self, seen: Seen, number: int) -> Reply:
        self.answers[number] = json.loads(seen.body)["replyText"]
        return as_json({"result": {"replyText": self.answers[number], "lastEdited": {"seconds": "1795000000", "nanos": 0}}})


def user_comment(number: int, **said: Any) -> dict[str, Any]:
    given = {
        "text": f"\tthe app crashes, number {number}",
        "lastModified": {"seconds": str(1_794_600_000 + 60 * number), "nanos": 713000000},
        "starRating": 2,
        "reviewerLanguage": "en_GB",
        "device": "oriole",
        "androidOsVersion": 34,
        "appVersionName": "2.3.1",
        "deviceMetadata": {"productName": "oriole (Pixel 6)", "manufacturer": "Google"},
    }
    return {**given, **said}
