"""The trained network as an ONNX graph, written node by node, so that nothing is copied that need not be: nothing is traced.

Inputs: `ids` and `mask` (B, T) int64. Outputs: `logits` (B, 26) in the order of network.HEADS, and `embedding` (B, 384) of length one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET: Final = 23
Weights = Mapping[str, Any]


@dataclass
class Drawing:
    """Nodes and constants as they are added. Each method returns the name of its result."""

    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, name: str, value: Any) -> str:
        self.constants.setdefault(name, np.asarray(value, order="C"))
        return name

    def ints(self, *values: int) -> str:
        return self.constant("ints_" + "_".join(map(str, values)), np.array(values, dtype=np.int64))

    def number(self, value: float) -> str:
        return self.constant(f"number_{value}", np.array(value, dtype=np.float32))

    def linear(self, name: str, value: str, weight: Any, bias: Any) -> str:
        product = self.node("MatMul", value, self.constant(f"{name}.weight", weight.T.astype(np.float32)))
        return self.node("Add", product, self.constant(f"{name}.bias", bias.astype(np.float32)))

    def norm(self, name: str, value: str, weights: Weights) -> str:
        scale, shift = (self.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.node("LayerNormalization", value, scale, shift, axis=-1, epsilon=1e-12)


def drawn(weights: Weights, *, layers: int, heads: int) -> Any:
    """The model (onnx.ModelProto, float32) of a network's state dict as numpy arrays."""
    draw = Drawing()
    states = _embedded(draw, weights)
    mask = _seen(draw)
    for layer in range(layers):
        states = _layer(draw, weights, f"encoder.encoder.layer.{layer}", states, mask, heads=heads)
    _outputs(draw, weights, states)
    return _model(draw, weights["embed.bias"].shape[0], weights["heads.bias"].shape[0])


def _embedded(draw: Drawing, weights: Weights) -> str:
    """Words, places and the one segment; word vectors are kept as whole numbers with a scale for each word."""
    words = weights["encoder.embeddings.word_embeddings.weight"]
    scale = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-8) / 127
    rows = draw.constant("words", np.round(words / scale).astype(np.int8))
    found = draw.node("Cast", draw.node("Gather", rows, "ids"), to=TensorProto.FLOAT)
    word = draw.node("Mul", found, draw.node("Gather", draw.constant("word_scale", scale.astype(np.float32)), "ids"))
    places = weights["encoder.embeddings.position_embeddings.weight"] + weights["encoder.embeddings.token_type_embeddings.weight"][0]
    length = draw.node("Shape", "ids", start=1, end=2)
    place = draw.node("Slice", draw.constant("places", places), draw.ints(0), length, draw.ints(0))
    return draw.norm("encoder.embeddings.LayerNorm", draw.node("Add", word, place), weights)


def _layer(draw: Drawing, weights: Weights, name: str, states: str, mask: str, *, heads: int) -> str:
    seen = _attention(draw, weights, f"{name}.attention", states, mask, heads=heads)
    out = f"{name}.attention.output"
    first = draw.node("Add", draw.linear(f"{out}.dense", seen, weights[f"{out}.dense.weight"], weights[f"{out}.dense.bias"]), states)
    middle = draw.norm(f"{out}.LayerNorm", first, weights)
    wide = draw.linear(
        f"{name}.intermediate", middle, weights[f"{name}.intermediate.dense.weight"], weights[f"{name}.intermediate.dense.bias"]
    )
    narrow = draw.linear(
        f"{name}.output", draw.node("Gelu", wide), weights[f"{name}.output.dense.weight"], weights[f"{name}.output.dense.bias"]
    )
    return draw.norm(f"{name}.output.LayerNorm", draw.node("Add", narrow, middle), weights)


def _seen(draw: Drawing) -> str:
    """Which token may look at which: (B, 1, T, T). ONNX Runtime takes no narrower mask."""
    there = draw.node("Unsqueeze", draw.node("Cast", "mask", to=TensorProto.BOOL), draw.ints(1, 2))
    texts, tokens = draw.node("Shape", "mask", start=0, end=1), draw.node("Shape", "mask", start=1, end=2)
    return draw.node("Expand", there, draw.node("Concat", texts, draw.ints(1), tokens, tokens, axis=0))


def _attention(draw: Drawing, weights: Weights, name: str, states: str, mask: str, *, heads: int) -> str:
    """Three products, for one that is split afterwards copies more than it saves; and ONNX's own attention, a third cheaper than the runtime's older one."""
    parts = [f"{name}.self.{part}" for part in ("query", "key", "value")]
    products = [draw.linear(part, states, weights[f"{part}.weight"], weights[f"{part}.bias"]) for part in parts]
    return draw.node("Attention", *products, mask, q_num_heads=heads, kv_num_heads=heads)


def _outputs(draw: Drawing, weights: Weights, states: str) -> None:
    there = draw.node("Unsqueeze", draw.node("Cast", "mask", to=TensorProto.FLOAT), draw.ints(2))
    total = draw.node("ReduceSum", draw.node("Mul", states, there), draw.ints(1), keepdims=0)
    mean = draw.node("Div", total, draw.node("ReduceSum", there, draw.ints(1), keepdims=0))
    first = draw.node("Gather", states, draw.constant("zero", np.array(0, dtype=np.int64)), axis=1)
    seen = draw.node("Concat", mean, first, axis=1)
    logits = draw.node("Gemm", seen, *_flat(draw, "heads", weights), transB=1)
    draw.nodes.append(helper.make_node("Identity", [logits], ["logits"]))
    embedding = draw.node("Gemm", mean, *_flat(draw, "embed", weights), transB=1)
    draw.nodes.append(helper.make_node("LpNormalization", [embedding], ["embedding"], axis=1, p=2))


def _flat(draw: Drawing, name: str, weights: Weights) -> Sequence[str]:
    return [draw.constant(f"{name}.{part}", weights[f"{name}.{part}"].astype(np.float32)) for part in ("weight", "bias")]


def _model(draw: Drawing, size: int, logits: int) -> Any:
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in ("ids", "mask")]
    outputs = [
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", logits]),
        helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", size]),
    ]
    constants = [numpy_helper.from_array(value, name) for name, value in draw.constants.items()]
    graph = helper.make_graph(draw.nodes, "careline", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(model)
    return model
