"""The network: one MiniLM encoder, one pass, an answer for every question and an embedding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import nn

HEADS: Final[Mapping[str, int]] = {"sentiment": 3, "intent": 8, "secondary": 8, "needs_reply": 2, "urgency": 3, "abusive": 2}
"""How many logits each question has, in the order in which the model gives them out."""

EMOTIONS: Final = 28
DROPOUT: Final = 0.1


@dataclass(frozen=True, slots=True)
class Output:
    """`logits` by question; `embedding` (B, 384) is not yet of length one; `emotions` (B, 28) are an aid of training only."""

    logits: dict[str, Any]
    embedding: Any
    emotions: Any

    def float(self) -> "Output":
        """The same in float32, in which losses are worked out."""
        return Output({name: value.float() for name, value in self.logits.items()}, self.embedding.float(), self.emotions.float())


class Network(nn.Module):
    """`encoder` is a transformers BertModel without its pooler. Word embeddings stay as they were: our data has too few words to move them."""

    def __init__(self, encoder: Any, topics: Mapping[str, int]) -> None:
        super().__init__()
        self.encoder = encoder
        size = encoder.config.hidden_size
        encoder.embeddings.word_embeddings.weight.requires_grad_(False)
        self.dropout = nn.Dropout(DROPOUT)
        self.heads = nn.Linear(2 * size, sum(HEADS.values()))
        self.emotions = nn.Linear(2 * size, EMOTIONS)
        self.embed = nn.Linear(size, size)
        self.topics = nn.ModuleDict({name: nn.Linear(size, classes) for name, classes in topics.items()})
        nn.init.eye_(self.embed.weight)
        nn.init.zeros_(self.embed.bias)

    def forward(self, ids: Any, mask: Any) -> Output:
        """`ids` and `mask` (B, T) whole numbers."""
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        mean = pooled(states, mask)
        seen = self.dropout(torch.cat([mean, states[:, 0]], dim=1))
        logits = self.heads(seen).split(list(HEADS.values()), dim=1)
        return Output(dict(zip(HEADS, logits, strict=True)), self.embed(mean), self.emotions(seen))


def pooled(states: Any, mask: Any) -> Any:
    """The mean over the tokens that are there, (B, 384)."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(dim=1) / weights.sum(dim=1)
