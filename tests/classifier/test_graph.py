"""The graph that is written node by node says what a plain reading of the architecture says."""

import math
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from classifier.train import graph, redraw, shrink

SIZE, HEADS, LAYERS, WORDS, PLACES, LOGITS = 16, 4, 2, 50, 12, 7
ERF = np.vectorize(math.erf)


@pytest.fixture(scope="module")
def weights() -> dict[str, Any]:
    rng = np.random.default_rng(3)

    def random(*shape: int) -> Any:
        return (rng.standard_normal(shape) * 0.3).astype(np.float32)

    found = {
        "encoder.embeddings.word_embeddings.weight": random(WORDS, SIZE),
        "encoder.embeddings.position_embeddings.weight": random(PLACES, SIZE),
        "encoder.embeddings.token_type_embeddings.weight": random(2, SIZE),
        "heads.weight": random(LOGITS, 2 * SIZE), "heads.bias": random(LOGITS), "embed.weight": random(SIZE, SIZE), "embed.bias": random(SIZE),
    }  # fmt: skip
    norms = ["encoder.embeddings.LayerNorm"]
    for layer in range(LAYERS):
        name = f"encoder.encoder.layer.{layer}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            found |= {f"{name}.{part}.weight": random(SIZE, SIZE), f"{name}.{part}.bias": random(SIZE)}
        found |= {f"{name}.intermediate.dense.weight": random(4 * SIZE, SIZE), f"{name}.intermediate.dense.bias": random(4 * SIZE)}
        found |= {f"{name}.output.dense.weight": random(SIZE, 4 * SIZE), f"{name}.output.dense.bias": random(SIZE)}
        norms += [f"{name}.attention.output.LayerNorm", f"{name}.output.LayerNorm"]
    for norm in norms:
        found |= {f"{norm}.weight": 1 + random(SIZE), f"{norm}.bias": random(SIZE)}
    return found


def read(weights: dict[str, Any], ids: list[int]) -> tuple[Any, Any]:
    """One text through the architecture of BERT (Devlin et al. 2019), as plainly as it can be written."""

    def linear(name: str, value: Any) -> Any:
        return value @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(name: str, value: Any) -> Any:
        centred = value - value.mean(axis=-1, keepdims=True)
        return centred / np.sqrt(value.var(axis=-1, keepdims=True) + 1e-12) * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    places, kinds = weights["encoder.embeddings.position_embeddings.weight"], weights["encoder.embeddings.token_type_embeddings.weight"]
    states = norm("encoder.embeddings.LayerNorm", weights["encoder.embeddings.word_embeddings.weight"][ids] + places[: len(ids)] + kinds[0])
    for layer in range(LAYERS):
        name = f"encoder.encoder.layer.{layer}"
        query, key, value = (
            linear(f"{name}.attention.self.{part}", states).reshape(len(ids), HEADS, -1) for part in ("query", "key", "value")
        )
        scores = np.exp(np.einsum("qhd,khd->hqk", query, key) / math.sqrt(SIZE // HEADS))
        mixed = np.einsum("hqk,khd->qhd", scores / scores.sum(axis=-1, keepdims=True), value).reshape(len(ids), SIZE)
        states = norm(f"{name}.attention.output.LayerNorm", states + linear(f"{name}.attention.output.dense", mixed))
        wide = linear(f"{name}.intermediate.dense", states)
        states = norm(f"{name}.output.LayerNorm", states + linear(f"{name}.output.dense", wide * (1 + ERF(wide / math.sqrt(2))) / 2))
    mean = states.mean(axis=0)
    embedding = linear("embed", mean)
    return linear("heads", np.concatenate([mean, states[0]])), embedding / np.linalg.norm(embedding)


def run(model: bytes, *texts: list[int]) -> Any:
    ids = np.zeros((len(texts), max(map(len, texts))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(texts):
        ids[row, : len(text)], mask[row, : len(text)] = text, 1
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(["logits", "embedding"], {"ids": ids, "mask": mask})


def test_the_graph_reads_a_text_as_the_architecture_does(weights: dict[str, Any]) -> None:
    model = graph.drawn(weights, layers=LAYERS, heads=HEADS).SerializeToString()
    logits, embedding = run(model, [3, 14, 15, 9, 2])
    plain = read(weights, [3, 14, 15, 9, 2])
    assert logits[0] == pytest.approx(plain[0], abs=0.03)  # word vectors are rounded to eight bits
    assert float(embedding[0] @ plain[1]) > 0.9995


def test_padding_changes_nothing(weights: dict[str, Any]) -> None:
    model = graph.drawn(weights, layers=LAYERS, heads=HEADS).SerializeToString()
    alone, beside = run(model, [5, 6, 7]), run(model, [5, 6, 7], [9] * PLACES)
    assert beside[0][0] == pytest.approx(alone[0][0], abs=1e-4)
    assert np.linalg.norm(beside[1], axis=1) == pytest.approx(1.0, abs=1e-5)


def test_eight_bits_keep_the_meaning(weights: dict[str, Any]) -> None:
    whole = graph.drawn(weights, layers=LAYERS, heads=HEADS)
    batch = {"ids": np.array([[1, 2, 3, 4]]), "mask": np.ones((1, 4), dtype=np.int64)}
    small = shrink.shrunk(whole)
    assert shrink.check(whole.SerializeToString(), small, [batch]) > shrink.NEAREST


def test_a_spoilt_model_is_refused(weights: dict[str, Any]) -> None:
    other = {**weights, "embed.weight": -weights["embed.weight"], "embed.bias": -weights["embed.bias"]}
    models = [graph.drawn(each, layers=LAYERS, heads=HEADS).SerializeToString() for each in (weights, other)]
    batch = {"ids": np.array([[1, 2, 3, 4]]), "mask": np.ones((1, 4), dtype=np.int64)}
    with pytest.raises(shrink.Spoilt, match=r"-1\.000"):
        shrink.check(models[0], models[1], [batch])


def test_a_model_that_is_drawn_anew_gives_the_same_answers(weights: dict[str, Any]) -> None:
    small = shrink.shrunk(graph.drawn(weights, layers=LAYERS, heads=HEADS))
    anew = redraw.redrawn(onnx.load_from_string(small))
    texts = [5, 6, 7], [9, 8, 7, 6, 5], [1]
    for one, other in zip(run(small, *texts), run(anew, *texts), strict=True):
        assert np.array_equal(one, other)
    assert redraw.redrawn(onnx.load_from_string(anew)) == anew


def test_the_three_parts_of_attention_are_told_apart_where_an_older_graph_held_them_in_one(weights: dict[str, Any]) -> None:
    name = "encoder.encoder.layer.0.attention.self"
    whole = np.concatenate([weights[f"{name}.{part}.weight"] for part in redraw.PARTS])
    parts = redraw._parts(f"{name}.weight", whole)
    assert all(np.array_equal(parts[f"{name}.{part}.weight"], weights[f"{name}.{part}.weight"]) for part in redraw.PARTS)
