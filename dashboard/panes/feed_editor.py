"""The form of a feed: what it asks depends on the source and the kind. Testing and saving go through the desk."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import streamlit as st

from dashboard import declared_words, feed_actions, feed_form, feed_preview_actions, feed_preview_words
from dashboard.actions import Result
from dashboard.feed_form import Typed
from dashboard.filters import read_number
from dashboard.format import plain, span_words, word_of
from dashboard.frame import tell
from dashboard.panes import feed_list
from dashboard.panes.feed_preview import Form
from dashboard.texts import text
from dashboard.viewer import Viewer
from dashboard.workspace import here
from desk.feeds import feed_shares
from desk.feeds.brands import BrandView
from desk.feeds.feed_previews import SAMPLE
from desk.feeds.plan import FeedDraft
from desk.sources.declaration import Field
from desk.sources.known import forms
from storage.words import BrandKind

FAULTS = "feedform_faults"


@dataclass(frozen=True, slots=True)
class Edited:
    """The feed that the form is about: as it stands, or empty for a new one (`id` None)."""

    id: int | None
    draft: FeedDraft
    brands: Sequence[BrandView]


def draw(viewer: Viewer, edited: Edited) -> None:
    """The form, below the choice of source and kind that decides what it asks."""
    source = _source(edited)
    kind = _kind(edited, source)
    fields = forms()[source].kind(kind).fields
    if forms()[source].needs_credential and not _credentials(source):
        _no_credential(source)
    with st.form(_key(edited, f"form_{source}_{kind}"), border=True):
        st.text_input(
            text("feeds.form.name"), key=_start(edited, "name", edited.draft.name), max_chars=80, placeholder=text("feeds.form.name.hint")
        )
        for field in fields:
            _field(edited, field, source, kind)
        with st.container(horizontal=True):
            _brand(edited)
            _credential(edited, source)
            _interval(edited)
            if _has_query(source, kind):
                _share(edited)
        if _has_query(source, kind):
            st.caption(plain(feed_preview_words.prices(source, kind)))
        _faults()
        _buttons(viewer, edited, source, kind)


def _source(edited: Edited) -> str:
    if edited.id is not None:
        return edited.draft.source
    key = _start(edited, "source", edited.draft.source)
    # Pills go on in the next line where a segmented control would hide the last places.
    st.pills(
        text("feeds.form.source"),
        list(forms()),
        key=key,
        format_func=lambda source: word_of("source", source),
        required=True,
        on_change=_forget_faults,
    )
    source = str(st.session_state[key])
    st.caption(declared_words.about(source))
    return source


def _kind(edited: Edited, source: str) -> str:
    kinds = [kind.name for kind in forms()[source].kinds]
    if len(kinds) == 1:
        return kinds[0]
    first = edited.draft.kind if edited.draft.kind in kinds else kinds[0]
    key = _start(edited, f"kind_{source}", first)
    st.segmented_control(
        text("feeds.form.kind"),
        kinds,
        key=key,
        format_func=lambda kind: declared_words.kind(source, kind),
        required=True,
        on_change=_forget_faults,
    )
    return str(st.session_state[key])


def _field(edited: Edited, field: Field, source: str, kind: str) -> None:
    first = feed_form.value_of(field, query=edited.draft.query, options=edited.draft.options)
    key = _start(edited, f"{source}_{kind}_{field.name}", first)
    label = declared_words.label(source, field)
    if field.name == "query":
        st.text_area(label, key=key, height=80, max_chars=field.longest, help=plain(declared_words.query_hint(source, kind)))
        return
    st.text_input(label, key=key, max_chars=field.longest, placeholder=declared_words.hint(source, field))


def _brand(edited: Edited) -> None:
    names = [brand.name for brand in edited.brands]
    first = edited.draft.brand or (names[0] if names else None)
    key = _start(edited, "brand", first)
    may_be_new = edited.id is None
    known = names if first is None or first in names else [*names, first]
    st.selectbox(
        text("feeds.form.brand"),
        known,
        key=key,
        accept_new_options=may_be_new,
        placeholder=text("feeds.form.brand.hint"),
        index=None if not known else 0,
    )
    if may_be_new:
        key = _start(edited, "brand_kind", BrandKind.OWN)
        st.selectbox(
            text("feeds.form.brand_kind"), list(BrandKind), key=key, format_func=lambda kind: text(f"feeds.form.brand_kind.{kind}")
        )


def _credentials(source: str) -> list[str]:
    return [credential.name for credential in here().settings.credentials if credential.source == source]


def _credential(edited: Edited, source: str) -> None:
    names = _credentials(source)
    if edited.draft.credential and edited.draft.credential not in names:
        names.append(edited.draft.credential)
    if not forms()[source].needs_credential:
        _credential_or_none(edited, source, names)
        return
    key = _start(edited, f"credential_{source}", edited.draft.credential or (names[0] if names else None))
    st.selectbox(text("feeds.form.credential"), names, key=key, placeholder=text("feeds.form.credential.none"), disabled=not names)


def _credential_or_none(edited: Edited, source: str, names: Sequence[str]) -> None:
    """Of a place that anybody may read: with one it reads more, or oftener. Without one in settings.toml there is nothing to choose."""
    if not names:
        return
    is_meant_for_it = edited.id is None and any(secret.purpose == "listen" for secret in forms()[source].secrets)
    key = _start(edited, f"credential_{source}", edited.draft.credential or (names[0] if is_meant_for_it else None))
    st.selectbox(
        text("feeds.form.credential.optional"),
        [None, *names],
        key=key,
        format_func=lambda name: text("feeds.form.credential.without") if name is None else name,
        help=text("feeds.form.credential.help"),
    )


def _no_credential(source: str) -> None:
    st.warning(plain(text("feeds.credentials.none", source=word_of("source", source))), icon=":material/key:")
    variables = [f"CARELINE_MY_{source}_{secret.name}".upper() for secret in forms()[source].secrets if secret.purpose == "listen"]
    server = f'\nbase_url = "{forms()[source].server}"' if forms()[source].server else ""
    st.code(f'[credentials.my-{source}]\nsource = "{source}"{server}', language=None)
    st.code("\n".join(f"export {variable}=…" for variable in variables), language=None)


def _interval(edited: Edited) -> None:
    key = _start(edited, "interval", edited.draft.interval_s)
    st.selectbox(
        text("feeds.form.interval"),
        feed_form.intervals(edited.draft.interval_s),
        key=key,
        format_func=lambda seconds: span_words(timedelta(seconds=seconds)),
    )


def _has_query(source: str, kind: str) -> bool:
    return any(field.name == "query" for field in forms()[source].kind(kind).fields)


def _share(edited: Edited) -> None:
    current = feed_preview_words.choice_of(edited.draft.options)
    key = _start(edited, "share", current)
    st.selectbox(
        text("previews.shares"),
        feed_preview_words.choices(current),
        key=key,
        format_func=feed_preview_words.choice_words,
        help=text("previews.shares.help"),
    )


def form_of(edited: Edited) -> Form:
    """Where this form keeps what a preview beside it changes."""
    source = _source_of(edited)
    return Form(_key(edited, f"{source}_{_kind_of(edited, source)}_query"), _key(edited, "confirmed"))


def _source_of(edited: Edited) -> str:
    return edited.draft.source if edited.id is not None else str(st.session_state.get(_key(edited, "source")) or edited.draft.source)


def _kind_of(edited: Edited, source: str) -> str:
    kinds = [kind.name for kind in forms()[source].kinds]
    return kinds[0] if len(kinds) == 1 else str(st.session_state.get(_key(edited, f"kind_{source}")) or kinds[0])


def _faults() -> None:
    faults: Mapping[str, str] = st.session_state.get(FAULTS, {})
    if faults:
        st.error(plain(" ".join([text("feeds.fault"), *faults.values()])), icon=":material/edit:")


def _buttons(viewer: Viewer, edited: Edited, source: str, kind: str) -> None:
    given = {"viewer_id": viewer.id, "edited": edited, "source": source, "kind": kind}
    with st.container(horizontal=True):
        st.form_submit_button(
            text("feeds.form.test"), help=text("feeds.form.test.help"), icon=":material/experiment:", on_click=_test, kwargs=given
        )
        if _has_query(source, kind):
            label = text("previews.do")
            st.form_submit_button(
                label, help=text("previews.do.help", n=SAMPLE), icon=":material/preview:", on_click=_preview, kwargs=given
            )
        label = text("feeds.form.add" if edited.id is None else "feeds.form.save")
        st.form_submit_button(label, type="primary", on_click=_save, kwargs=given)


def _test(viewer_id: int, edited: Edited, source: str, kind: str) -> None:
    typed = _typed(edited, source, kind)
    if _is_ready(typed):
        draft = feed_form.draft(typed)
        ask_for_test(viewer_id, replace(draft, brand="") if _is_new_brand(edited, draft) else draft)


def _preview(viewer_id: int, edited: Edited, source: str, kind: str) -> None:
    typed = _typed(edited, source, kind)
    # Neither name nor brand changes what is found.
    if _is_ready(typed, but=("name", "brand")):
        draft = feed_form.draft(typed)
        ask_for_preview(viewer_id, replace(draft, brand="") if _is_new_brand(edited, draft) else draft)


def preview_button(**wired: Any) -> None:
    """The way to a preview where there is no form."""
    st.button(text("previews.do"), help=text("previews.do.help", n=SAMPLE), icon=":material/preview:", **wired)


def ask_for_preview(viewer_id: int, draft: FeedDraft) -> None:
    """Ask for a preview: its count comes first."""
    _shown_at_once(feed_preview_actions.count(here(), viewer_id, draft))


def ask_for_test(viewer_id: int, draft: FeedDraft) -> None:
    """Ask for a test; the address keeps which one, so that a reload shows it again."""
    _shown_at_once(feed_actions.try_out(here(), viewer_id, draft))


def _shown_at_once(result: Result) -> None:
    tell(result)
    if result.is_done and result.values:
        st.query_params[feed_list.TEST] = str(result.values["errand"])


def _save(viewer_id: int, edited: Edited, source: str, kind: str) -> None:
    typed = _typed(edited, source, kind)
    if not _is_ready(typed):
        return
    draft = feed_form.draft(typed)
    if edited.id is None:
        new_brand = BrandKind(st.session_state[_key(edited, "brand_kind")]) if _is_new_brand(edited, draft) else None
        result = feed_actions.add(here(), viewer_id, draft, new_brand=new_brand, preview=_shown())
    else:
        result = feed_actions.change(here(), viewer_id, edited.id, draft, preview=_shown())
    tell(result)
    if result.is_done and result.values:
        feed_list.open_feed(result.values["feed"])


def _shown() -> int | None:
    """The test or preview that the address names."""
    return read_number(st.query_params.get(feed_list.TEST))


def _is_new_brand(edited: Edited, draft: FeedDraft) -> bool:
    return draft.brand not in {brand.name for brand in edited.brands}


def _is_ready(typed: Typed, *, but: Collection[str] = ()) -> bool:
    found = {name: words for name, words in feed_form.faults(typed).items() if name not in but}
    st.session_state[FAULTS] = found
    return not found


def _typed(edited: Edited, source: str, kind: str) -> Typed:
    def said(name: str) -> Any:
        return st.session_state.get(_key(edited, name))

    fields = forms()[source].kind(kind).fields
    return Typed(
        name=said("name") or "",
        source=source,
        kind=kind,
        values={field.name: said(f"{source}_{kind}_{field.name}") or "" for field in fields},
        brand=said("brand") or "",
        credential=said(f"credential_{source}"),
        interval_s=int(said("interval") or edited.draft.interval_s),
        site=edited.draft.site,
        kept=feed_preview_words.with_choice(edited.draft.options, _chosen_share(edited), confirmed=_confirmed(edited)),
    )


def _chosen_share(edited: Edited) -> tuple[str, int]:
    """What the form says; what the feed has where the form of its kind does not ask."""
    name, n = st.session_state.get(_key(edited, "share")) or feed_preview_words.choice_of(edited.draft.options)
    return str(name), int(n)


def _confirmed(edited: Edited) -> int | None:
    return st.session_state.get(_key(edited, "confirmed")) or edited.draft.options.get(feed_shares.CONFIRMED)


def _forget_faults() -> None:
    st.session_state.pop(FAULTS, None)


def _key(edited: Edited, name: str) -> str:
    return f"feedform_{edited.id or 'new'}_{name}"


def _start(edited: Edited, name: str, first: object) -> str:
    """The key of a widget, which begins with what the feed has."""
    key = _key(edited, name)
    if key not in st.session_state:
        st.session_state[key] = first
    return key
