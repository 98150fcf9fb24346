# ruff: noqa: F821 - its names are those of the page's file, to whose end this is put
"""What Misago does otherwise than the forum of docs/add-a-source.md: it lists threads, and the posts of each; its users have no keys."""

THREADS = "/api/threads/"
CSRF = "c" * 32


def opened(settings: ListenerSettings, credential: str | None, options: Mapping[str, Any]) -> Api:
    """The forum as a user who signed in: `token` is the session's."""
    session = settings.credential(credential, "misago").secret("token")
    return Api(
        "Misago", door(settings, "misago", credential, options), {"Cookie": f"csrftoken={CSRF}; sessionid={session}", "X-CSRFToken": CSRF}
    )


def sheet(api: Api, older: str | None, board: Any = None) -> Sheet:
    del board
    given, answer = api.get(THREADS, {"start": older})
    threads = mapping_of(given).get("results")
    if not isinstance(threads, list):
        raise Malformed("Misago's answer lists no threads: is this the address of a forum?", answer.body[:10_000])
    posts = [post for thread in threads for post in posts_of(api, thread["id"])]
    return Sheet(tuple(entry(post) for post in posts), str(given["next"]) if given.get("next") else None)


def posts_of(api: Api, thread: Any) -> list[dict[str, Any]]:
    """All posts of a thread; the first one is what the others answer."""
    found, page = [], 1
    while page:
        given, _ = api.get(f"{THREADS}{thread}/posts/", {"page": page})
        listed = mapping_of(mapping_of(given).get("post_set"))
        found += [{**mapping_of(post), "thread": thread} for post in list_of(listed.get("results"))]
        page = listed.get("next")
    return [{**post, "first": found[0]["id"]} for post in found if not post.get("is_event")]


def key_of(post: Mapping[str, Any]) -> str:
    """A post is asked for by its thread alone."""
    return f"{post['thread']}/{post['id']}"


def entry(item: Any) -> Entry:
    at = instant_of(item.get("posted_on"))
    return Entry(key_of(item), at.timestamp() if at else None, digest(item.get("content")), item)


def read(item: Any, site: str) -> Post:
    given, name = mapping_of(item), text_of(mapping_of(item).get("poster_name"))
    at, text = instant_of(given.get("posted_on")), plain_text(text_of(given.get("content")))
    if given.get("id") is None or at is None or not text:
        raise ValueError("the post has no id, no instant or no text")
    return Post(
        external_id=key_of(given),
        author=PostAuthor(str(mapping_of(given.get("poster")).get("id", "")), name, name),
        text=text,
        posted_at=at,
        thread_id=str(given["thread"]),
        parent_id=None if given["id"] == given["first"] else key_of({**given, "id": given["first"]}),
        capability=Capability.API,
        site=site,
        raw=dict(given),
    )


def again(api: Api, key: str, site: str) -> Post:
    thread = key.partition("/")[0]
    try:
        found = next((post for post in posts_of(api, thread) if key_of(post) == key), None)
    except Gone:
        found = None
    return replace(gone(key), site=site) if found is None else read(found, site)


def deleted(api: Api, look: Look, site: str) -> list[Post]:
    found = []
    for key in look.missing[:MOST_CHECKS]:
        thread = key.partition("/")[0]
        try:
            is_gone = key not in {key_of(post) for post in posts_of(api, thread)}
        except Gone:
            is_gone = True
        except SourceError as error:
            look.notes.append(f"deleted posts were not looked for: {error}")
            break
        if is_gone:
            found.append(Post(key, PostAuthor(""), "", now(), thread, deleted=True, site=site))
        look.settle(key, is_gone=is_gone)
    return found


class MisagoReplier(MisagoReplier):
    """Answers as the user who signed in."""

    def send(self, reply: OutgoingReply) -> Sent:
        api = opened(self._settings, reply.credential, {})
        given = mapping_of(api.write("POST", f"{THREADS}{reply.thread_id}/posts/", {"post": reply.text}))
        return sent({"id": given.get("id") and key_of({**given, "thread": reply.thread_id})})

    def find(self, reply: OutgoingReply) -> Sent | None:
        for post in posts_of(opened(self._settings, reply.credential, {}), reply.thread_id):
            is_ours = text_of(post.get("poster_name")).lower() == reply.account_handle.lower()
            if is_ours and says_the_same(reply.text, plain_text(text_of(post.get("content")))):
                return sent({"id": key_of(post)})
        return None
