"""Heads on the frozen embedding: what they learn from a handful of examples, what is told about them, and how they speak as mentions come in."""

import builtins
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from classifier import fitting
from classifier.engine import EngineUnavailable
from classifier.engines.onnx import OnnxEngine
from classifier.own_labels import OwnLabels, WithOwnLabels
from desk.labels import label_heads, own_labels
from storage.database import Database
from storage.models import Case, LabelHead, OwnLabel
from tests.support.desk import lead
from tests.support.engines import EmbeddingEngine, FakeEngine
from tests.support.listening import NOON, mention
from tests.support.own_labels import PARCELS, REFUNDS, answered, heard, offered, parcel_label, switched_on, triaged

DELIVERY = [
    "The courier left my package in the rain and everything inside is soaked",
    "Box was ripped open when it got here and half of it is missing",
    "Third time my order arrives smashed, do you even pack these?",
    "The glass was shattered inside the parcel, no padding at all",
    "My delivery turned up with the corner crushed and the lid dented",
    "Parcel thrown over the fence, the lamp is in pieces",
    "Came in a torn envelope and the screen is cracked",
    "The packaging was useless, all the bottles leaked in transit",
    "Got my order today, box flattened like someone stood on it",
    "Why would you ship a mirror without bubble wrap, it is broken of course",
    "The carton was open and wet and the book inside is ruined",
    "Arrived damaged again, dented tin and a split bag",
]
OTHER = [
    "How do I change the email address on my account?",
    "The app crashes every time I open the settings",
    "Love the new design, well done team",
    "You charged my card twice this month",
    "Is there a student discount for the yearly plan?",
    "I have been on hold for forty minutes",
    "My flight was cancelled and nobody tells us anything",
    "Can you add a dark mode please",
    "Cancelling my subscription, too expensive",
    "Your chat agent was so kind, thank you",
    "Where is the nearest store to Leeds?",
    "The password reset mail never comes",
    "When will the blue one be back in stock?",
    "Internet is down in the whole street since noon",
    "I want my money back for the concert that was moved",
    "Great stream last night",
]


@pytest.fixture(scope="module")
def shipped() -> OnnxEngine:
    return OnnxEngine()


class TestFitting:
    def test_the_shipped_embedding_learns_a_label_from_a_dozen_examples(self, shipped: OnnxEngine) -> None:
        texts = DELIVERY[:9] + OTHER[:12]
        answers = [True] * 9 + [False] * 12
        found = fitting.fit(shipped.embed(texts), answers, answers, keeps=False)
        unseen = shipped.embed(DELIVERY[9:] + OTHER[12:])
        sure = fitting.probability(unseen, found.weights[None, :], np.array([found.bias], np.float32))[:, 0]
        assert (sure >= found.threshold).tolist() == [True] * 3 + [False] * 4
        assert found.figures["auroc"] > 0.9
        assert found.figures["is_rough"]

    def test_figures_say_how_many_and_how_sure(self) -> None:
        engine = EmbeddingEngine()
        texts = PARCELS + REFUNDS
        found = fitting.fit(engine.embed(texts), [True] * 10 + [False] * 10, [True] * 15 + [False] * 5, keeps=False)
        figures = found.figures
        assert (figures["yes"], figures["no"], figures["said_yes"], figures["said_no"], figures["assumed"]) == (10, 10, 10, 5, 5)
        assert figures["recall"] == {"part": 10, "whole": 10, "low": pytest.approx(0.7225, abs=1e-3), "high": 1.0}
        assert figures["auroc"] == 1.0
        assert 0 <= figures["calibration_error"] < 0.5

    def test_what_cannot_be_learnt_looks_like_it(self) -> None:
        chance = random.Random(3)
        noise = np.random.default_rng(3).standard_normal((80, 64)).astype(np.float32)
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        answers = [chance.random() < 0.5 for _ in range(80)]
        figures = fitting.fit(noise, answers, [True] * 80, keeps=False).figures
        assert 0.3 < figures["auroc"] < 0.7
        assert figures["precision"]["low"] < 0.6

    def test_a_relevance_keeps_what_is_about_us_even_where_it_costs(self) -> None:
        chance = np.random.default_rng(5)
        ours = chance.standard_normal((60, 16)) + np.array([0.8] + [0.0] * 15)
        theirs = chance.standard_normal((60, 16)) - np.array([0.8] + [0.0] * 15)
        made = np.concatenate([ours, theirs]).astype(np.float32)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        answers = [True] * 60 + [False] * 60
        keeping, finding = (fitting.fit(made, answers, answers, keeps=keeps) for keeps in (True, False))
        assert keeping.threshold < finding.threshold
        assert keeping.figures["recall"]["part"] / 60 >= 0.95
        assert keeping.figures["recall"]["part"] > finding.figures["recall"]["part"]
        assert keeping.figures["left_out"]["part"] < finding.figures["left_out"]["part"]

    @settings(max_examples=10, deadline=None)
    @given(st.integers(min_value=8, max_value=20), st.integers(min_value=8, max_value=40), st.integers(min_value=0, max_value=99))
    def test_a_head_is_whole_whatever_it_is_given(self, yes: int, no: int, seed: int) -> None:
        made = np.random.default_rng(seed).standard_normal((yes + no, 8)).astype(np.float32)
        found = fitting.fit(made, [True] * yes + [False] * no, [True] * (yes + no), keeps=bool(seed % 2))
        assert np.isfinite(found.weights).all()
        assert np.isfinite(found.bias)
        assert 0 <= found.threshold <= 1
        again = fitting.fit(made, [True] * yes + [False] * no, [True] * (yes + no), keeps=bool(seed % 2))
        assert again.figures == found.figures

    def test_without_scikit_learn_it_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = builtins.__import__

        def missing(name: str, *args: Any, **kwargs: Any) -> Any:
            if name.startswith("sklearn"):
                raise ImportError(name)
            return real(name, *args, **kwargs)

        monkeypatch.setattr(builtins, "__import__", missing)
        with pytest.raises(EngineUnavailable, match=r"pip install 'careline\[train\]'"):
            fitting.fit(np.eye(16, dtype=np.float32), [True] * 8 + [False] * 8, [True] * 16, keeps=False)


class TestInTheProcess:
    def test_from_examples_to_labels_on_what_comes_in(self, database: Database) -> None:
        engine = EmbeddingEngine()
        own = OwnLabels(database, engine)
        with database.write() as session:
            offered(session)
            lea = lead(session)
            label_id = parcel_label(session, lea).id
        told = answered(own, label_id)
        with database.write() as session:
            (view,) = own_labels.listed(session)
            assert view.newest is not None
            assert (view.newest.id, view.newest.figures["yes"], view.is_on) == (told["head_id"], 10, False)
            own_labels.switch_on(session, label_id, head_id=view.newest.id, by=lea, now=NOON)
        heard(database, "my parcel arrived crushed and the box was torn", "when do you pay my money back for trains")
        assert triaged(database, own, engine) == 2
        with database.read() as session:
            found = own_labels.of_mentions(session, [mention(session, one).id for one in "12"])
            assert found == {mention(session).id: ("Packaging",)}

    def test_a_request_for_another_model_is_refused(self, database: Database) -> None:
        own = OwnLabels(database, EmbeddingEngine())
        with pytest.raises(LookupError, match="another engine"):
            own.answer({"label_id": 1, "embedding": "words-0"})
        with pytest.raises(LookupError, match="no such label"):
            answered(own, 1)

    def test_after_a_new_model_it_is_learnt_again_from_what_was_kept(self, database: Database) -> None:
        old, new = EmbeddingEngine(), EmbeddingEngine(embedding="words-2", dimensions=48)
        with database.write() as session:
            lea = lead(session)
            label_id = parcel_label(session, lea).id
            offered(session)
        answered(OwnLabels(database, old), label_id)
        with database.write() as session:
            head = session.scalars(select(LabelHead)).one()
            own_labels.switch_on(session, label_id, head_id=head.id, by=lea, now=NOON)
            offered(session, "words-2")
        own = OwnLabels(database, new)
        assert own.scores(["the parcel arrived crushed"], ["en"]) == [{}], "the old head says nothing on the new embedding"
        assert own.learn_anew_due() == 1
        assert own.learn_anew_due() == 0
        (scores,) = own.scores(["the parcel arrived crushed and the box was torn"], ["en"])
        assert scores[label_id] > 0.5
        with database.read() as session:
            assert session.get_one(OwnLabel, label_id).head_id != head.id

    def test_what_cannot_be_learnt_again_is_tried_once(self, database: Database) -> None:
        with database.write() as session:
            lea = lead(session)
            label = own_labels.add(session, name="Empty", meaning="Its examples are gone", by=lea, now=NOON)
            switched_on(session, label, lea, name="words-0")
            offered(session)
        own = OwnLabels(database, EmbeddingEngine())
        assert own.learn_anew_due() == 0
        assert own._given_up == {label.id: 0}
        with database.read() as session:
            assert label_heads.to_learn_anew(session, "words-1") == [label.id]

    def test_it_speaks_only_on_languages_that_it_was_taught_in(self, database: Database) -> None:
        engine = EmbeddingEngine()
        with database.write() as session:
            lea = lead(session)
            label = parcel_label(session, lea)
            switched_on(session, label, lea)
        own = OwnLabels(database, engine)
        assert [list(one) for one in own.scores(["a", "b", "c"], ["en", "de", "und"])] == [[label.id], [], [label.id]]

    def test_a_head_that_breaks_holds_nobody_up(self, database: Database) -> None:
        engine = EmbeddingEngine(poison="broken")
        with database.write() as session:
            lea = lead(session)
            switched_on(session, parcel_label(session, lea), lea)
        heard(database, "this text breaks what is broken in an embedding")
        reader = WithOwnLabels(FakeEngine(), OwnLabels(database, engine))
        (verdict,) = reader.classify(["broken"])
        assert (verdict.own, verdict.needs_reply.label) == ({}, True)

    def test_looking_back_goes_on_past_a_text_that_breaks_the_engine(self, database: Database) -> None:
        engine = EmbeddingEngine()
        own = OwnLabels(database, engine)
        heard(database, "the parcel arrived crushed and the box was torn")
        triaged(database, own, engine)
        with database.write() as session:
            lea = lead(session)
            label_id = parcel_label(session, lea).id
            offered(session)
        answered(own, label_id)
        with database.write() as session:
            head = session.scalars(select(LabelHead)).one()
            own_labels.switch_on(session, label_id, head_id=head.id, by=lea, now=NOON)
        engine.poison = "crushed"
        while own.look_back_due():
            pass
        with database.read() as session:
            assert session.get_one(OwnLabel, label_id).back_to == 0
            assert session.scalars(select(Case.id)).all()

    def test_one_pass_makes_labels_and_embedding(self, shipped: OnnxEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        text = "My parcel came crushed on a Tuesday nobody else has ever written about"
        shipped.classify([text])
        whole = shipped.embed([text])

        def never(_: Any) -> Any:
            raise AssertionError("it was read again")

        monkeypatch.setattr(shipped, "_pass", never)
        again = shipped.embed([text, text])
        assert np.array_equal(again, np.concatenate([whole, whole]))
