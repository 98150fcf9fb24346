"""Eight bits for the products of the encoder: weights by channel, activations as they come (ONNX Runtime's dynamic quantization)."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx

NEAREST: Final = 0.97
"""Mean cosine between the embeddings of both models below which the smaller one is not taken; by tensor instead of by channel it was 0.958."""


class Spoilt(Exception):
    """The eight-bit model is not the model that was trained."""


def shrunk(model: Any) -> bytes:
    """The model's file with int8 weights. Products within attention stay in float32: both of their sides change with the text."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    named = {constant.name for constant in model.graph.initializer}
    products = [node.name for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in named]
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        onnx.save(model, whole)
        quantize_dynamic(
            whole,
            small,
            nodes_to_quantize=products,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},  # what the runtime's own attention gives out is not inferred
        )
        return small.read_bytes()


def check(whole: bytes, small: bytes, batches: Sequence[dict[str, Any]]) -> float:
    """The mean cosine of the embeddings of both models over some batches. Raises Spoilt."""
    import onnxruntime

    sessions = [onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"]) for content in (whole, small)]
    cosines = [float(value) for batch in batches for value in _cosines(*(session.run(["embedding"], batch)[0] for session in sessions))]
    mean = float(np.mean(cosines))
    if mean < NEAREST:
        raise Spoilt(f"the embeddings of the eight-bit model lie {mean:.3f} from those of the trained one, less than {NEAREST}")
    return mean


def _cosines(one: Any, other: Any) -> Any:
    return (one * other).sum(axis=1)
