"""Networks while they are taught: the lower layers of a transformer, and what each says at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from app.table import FloatArray
from eval.training.smoothing import reached

HEADS = 12
EPSILON = 1e-12
DROPPED = 0.1


class _Layer(nn.Module):
    """Attention is written out: torch's own takes four times as long backwards on a processor in bfloat16."""

    def __init__(self, tensors: Mapping[str, FloatArray], name: str) -> None:
        super().__init__()
        self.parts = nn.ModuleDict()
        for key in sorted({key.rsplit(".", 1)[0] for key in tensors if key.startswith(f"{name}.")}):
            weight, bias = (torch.tensor(tensors[f"{key}.{part}"]) for part in ("weight", "bias"))
            linear = weight.dim() == 2
            part = nn.Linear(weight.shape[1], len(weight)) if linear else nn.LayerNorm(len(weight), eps=EPSILON)
            part.load_state_dict({"weight": weight, "bias": bias})
            self.parts[key.removeprefix(f"{name}.").replace(".", "/")] = part

    def forward(self, states: Tensor, absent: Tensor) -> Tensor:
        texts, pieces, hidden = states.shape
        query, key, value = (
            self.parts[f"attention/self/{part}"](states).view(texts, pieces, HEADS, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(2, 3) * (hidden // HEADS) ** -0.5 + absent
        seen = (torch.softmax(scores, -1) @ value).transpose(1, 2).reshape(texts, pieces, hidden)
        states = self.parts["attention/output/LayerNorm"](states + self.parts["attention/output/dense"](seen))
        inner = nn.functional.gelu(self.parts["intermediate/dense"](states))
        found: Tensor = self.parts["output/LayerNorm"](states + self.parts["output/dense"](inner))
        return found


class Lower(nn.Module):
    """Begins with the lower layers of a transformer, by BERT's names."""

    def __init__(self, tensors: Mapping[str, FloatArray], layers: int) -> None:
        super().__init__()
        self.hidden = len(tensors["embeddings.LayerNorm.weight"])
        self.heads = HEADS
        self.first = nn.LayerNorm(self.hidden, eps=EPSILON)
        named = {part: torch.tensor(tensors[f"embeddings.LayerNorm.{part}"]) for part in ("weight", "bias")}
        self.first.load_state_dict(named)
        self.first.requires_grad_(False)
        self.layers = nn.ModuleList(_Layer(tensors, f"encoder.layer.{number}") for number in range(layers))

    def mean(self, rows: Tensor, lengths: Tensor) -> Tensor:
        """The mean of what is said of each text's pieces, (texts, hidden), given rows (texts, pieces, hidden)."""
        there = torch.arange(rows.shape[1])[None] < lengths[:, None]
        with torch.autocast("cpu", torch.bfloat16):
            states = self.first(rows)
            absent = torch.zeros(there.shape).masked_fill(~there, -1e4)[:, None, None].bfloat16()
            for layer in self.layers:
                states = layer(states, absent)
        found: Tensor = (states.float() * there[..., None]).sum(1) / lengths[:, None]
        return found

    def tensors(self) -> dict[str, FloatArray]:
        """The layers, by BERT's names."""
        return {
            _named(f"layers.{key}"): tensor.detach().numpy().astype(np.float32)
            for key, tensor in self.layers.state_dict().items()
        }

    @torch.no_grad()
    def reached(self, batches: Iterable[tuple[Tensor, ...]]) -> dict[str, FloatArray]:
        """How far what is multiplied goes while it reads these batches, by BERT's names."""
        with reached(self.layers) as found:
            for batch in batches:
                self(*batch)
        return {_named(f"layers.{name}"): far for name, far in found.items()}


class Joint(Lower):
    """The cross-encoder: layers over a question and a section, and one number at the end."""

    def __init__(self, tensors: Mapping[str, FloatArray], layers: int) -> None:
        super().__init__(tensors, layers)
        hidden = self.hidden
        self.parts = nn.Parameter(torch.zeros(2, hidden))
        self.dense, self.out, self.drop = nn.Linear(hidden, hidden), nn.Linear(hidden, 1), nn.Dropout(DROPPED)
        nn.init.zeros_(self.out.bias)

    def forward(self, rows: Tensor, lengths: Tensor, own: Tensor) -> Tensor:
        """Rows (pairs, pieces, hidden), how many pieces are there and how many of them are the question's: scores."""
        places = torch.arange(rows.shape[1])[None]
        mean = self.mean(rows + self.parts[(places >= own[:, None]).long()], lengths)
        found: Tensor = self.out(self.drop(torch.tanh(self.dense(mean)))).squeeze(1)
        return found

    def head(self) -> Iterator[nn.Parameter]:
        yield self.parts
        yield from (*self.dense.parameters(), *self.out.parameters())

    @torch.no_grad()
    def take_head(self, arrays: Mapping[str, FloatArray]) -> None:
        """As `head_arrays` gives it."""
        self.parts.copy_(torch.from_numpy(arrays["parts"]))
        self.dense.weight.copy_(torch.from_numpy(arrays["dense"]))
        self.dense.bias.copy_(torch.from_numpy(arrays["dense_bias"]))
        self.out.weight[0].copy_(torch.from_numpy(arrays["out"]))
        self.out.bias.fill_(float(arrays["bias"]))

    def head_arrays(self) -> dict[str, FloatArray]:
        """As app/cross_encoder.py reads them."""
        found = {
            "parts": self.parts,
            "dense": self.dense.weight,
            "dense_bias": self.dense.bias,
            "out": self.out.weight[0],
            "bias": self.out.bias[0],
        }
        return {name: tensor.detach().numpy().astype(np.float32) for name, tensor in found.items()}


def _named(key: str) -> str:
    return f"encoder.{key}".replace("layers.", "layer.").replace(".parts.", ".").replace("/", ".")
