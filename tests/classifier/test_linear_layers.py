"""What the linear layers of other languages learn from."""

import hashlib
import json
from pathlib import Path

import pytest

from classifier.train import languages, own, sets


def test_own_mentions_that_are_kept_apart_train_no_layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("train", "val"):
        name = f"umsab.german.{part}.jsonl"
        content = json.dumps({"text": f"ein Tweet zum {part}", "label": 1}).encode()
        (tmp_path / name).write_bytes(content)
        monkeypatch.setitem(sets.HASHES, name, hashlib.sha256(content).hexdigest())
    read = {text for text, _ in languages._texts(tmp_path, "de", "train")}
    ours = list(own.mentions(frozenset({"de"})))
    assert read == {"ein Tweet zum train", *(example.text for example in ours if example.part == "train")}
    assert any(example.part == "dev" for example in ours)
    assert [text for text, _ in languages._texts(tmp_path, "de", "val")] == ["ein Tweet zum val"]
