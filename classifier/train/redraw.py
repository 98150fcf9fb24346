"""The same weights, drawn anew: a model that was trained before gets the graph of today, and gives the answers that it gave.

    python -m classifier.train.redraw [FOLDER]

Its products are in eight bits already and come out of it bit by bit as they went in.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from onnx import numpy_helper

from classifier.engines.onnx import SHIPPED
from classifier.train import graph, shrink

PARTS: Final = ("query", "key", "value")
EMBEDDINGS: Final = "encoder.embeddings"


def weights_of(model: Any) -> dict[str, Any]:
    """The state dict that classifier.train.graph draws, from a model that it drew (onnx.ModelProto)."""
    held = {constant.name: numpy_helper.to_array(constant) for constant in model.graph.initializer}
    found = {
        f"{EMBEDDINGS}.word_embeddings.weight": held["words"].astype(np.float32) * held["word_scale"],
        f"{EMBEDDINGS}.position_embeddings.weight": held["places"],
        f"{EMBEDDINGS}.token_type_embeddings.weight": np.zeros((1, held["places"].shape[1]), dtype=np.float32),
    }
    for name, value in _whole(held):
        found.update(_parts(name, value) if name.rpartition(".")[0].endswith(".self") else {_full(name): value})
    # Layers that give out few numbers are turned round by the quantizer when it takes their sum apart.
    turned = {node.input[1] for node in model.graph.node if node.op_type == "MatMul"}
    return {name: value.T if name in turned else value for name, value in found.items()}


def _whole(held: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in held.items():
        if name.endswith("_quantized"):
            plain = name.removesuffix("_quantized")
            yield plain, (value.astype(np.float32) * held[f"{plain}_scale"]).T
        elif name.endswith((".weight", ".bias")):
            yield name, value


def _parts(name: str, value: Any) -> dict[str, Any]:
    """An older graph holds the three projections of attention in one."""
    place, kind = name.rsplit(".", 1)
    return {f"{place}.{part}.{kind}": each for part, each in zip(PARTS, np.split(value, len(PARTS)), strict=True)}


def _full(name: str) -> str:
    """The graph's short names of the two outer layers."""
    place, kind = name.rsplit(".", 1)
    is_short = place.endswith(".intermediate") or (place.endswith(".output") and "attention" not in place)
    return f"{place}.dense.{kind}" if is_short else name


def redrawn(model: Any) -> bytes:
    """The file of the same model as today's graph."""
    weights = weights_of(model)
    layers = sum(name.endswith("attention.self.query.weight") for name in weights)
    heads = next(attribute.i for node in model.graph.node for attribute in node.attribute if attribute.name in {"num_heads", "q_num_heads"})
    return shrink.shrunk(graph.drawn(weights, layers=layers, heads=heads))


def main(folder: Path) -> None:
    file = folder / "model.onnx"
    file.write_bytes(redrawn(onnx.load(file)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED)
