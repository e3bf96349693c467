"""Writes the transformer as onnxruntime reads it, its weights in blocks of 32 numbers with one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from eval.training.start import BLOCK, FloatArray, Sizes

EPSILON = 1e-12
MICROSOFT = "com.microsoft"
OPERATORS, CONTRIBUTED, FORMAT = 17, 1, 9  # versions that onnxruntime 1.31 reads, and older ones


def packed(weights: FloatArray) -> tuple[NDArray[np.uint8], FloatArray]:
    """Rows (n, k) in 4 bits: (n, k / 32, 16), numbers 2j and 2j + 1 in byte j; scales (n, k / 32).

    The number farthest from 0 is met exactly, so what was read from such blocks is written as it was.
    """
    blocks = weights.reshape(len(weights), -1, BLOCK)
    farthest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2, keepdims=True), axis=2)
    scales = np.where(farthest == 0, 1e-12, farthest / -8)
    numbers = np.clip(np.rint(blocks / scales) + 8, 0, 15).astype(np.uint8)
    return numbers[..., 0::2] | (numbers[..., 1::2] << 4), scales[..., 0].astype(np.float32)


def packed_rows(weights: FloatArray) -> tuple[NDArray[np.uint8], FloatArray]:
    """The same for a table: numbers j and j + 16 in byte j, so that halves lie side by side."""
    pairs, scales = packed(weights)
    numbers = np.stack([pairs & 15, pairs >> 4], axis=3).reshape(*pairs.shape[:2], BLOCK)
    half = BLOCK // 2
    return numbers[..., :half] | (numbers[..., half:] << 4), scales


class _Graph:
    def __init__(self, tensors: Mapping[str, FloatArray], heads: int) -> None:
        self.tensors, self.heads = tensors, heads
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def layer(self, inputs: str, name: str) -> str:
        """One layer of BERT: attention, then two linear maps, each added to what came in and normalised."""
        query, key, value = (
            self._linear(inputs, f"{name}.attention.self.{part}") for part in ("query", "key", "value")
        )
        seen = self._node("MultiHeadAttention", [query, key, value, "", "lengths"], MICROSOFT, num_heads=self.heads)
        seen = self._linear(seen, f"{name}.attention.output.dense")
        seen = self.normalised(self._node("Add", [inputs, seen]), f"{name}.attention.output.LayerNorm")
        inner = self._node("Gelu", [self._linear(seen, f"{name}.intermediate.dense")], MICROSOFT)
        return self.normalised(
            self._node("Add", [seen, self._linear(inner, f"{name}.output.dense")]), f"{name}.output.LayerNorm"
        )

    def normalised(self, inputs: str, name: str) -> str:
        weight, bias = (self._weight(f"{name}.{part}", self.tensors[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._node("LayerNormalization", [inputs, weight, bias], axis=-1, epsilon=EPSILON)

    def _linear(self, inputs: str, name: str) -> str:
        weights = self.tensors[f"{name}.weight"]
        numbers, scales = packed(weights)
        told = self._node(
            "MatMulNBits",
            [inputs, self._weight(f"{name}.numbers", numbers), self._weight(f"{name}.scales", scales.ravel())],
            MICROSOFT,
            **{"K": weights.shape[1], "N": weights.shape[0], "bits": 4, "block_size": BLOCK, "accuracy_level": 4},
        )
        return self._node("Add", [told, self._weight(f"{name}.bias", self.tensors[f"{name}.bias"])])

    def _weight(self, name: str, array: NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _node(self, kind: str, inputs: Sequence[str], domain: str = "", **told: Any) -> str:
        output = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **told))
        return output


def write_graph(path: Path, tensors: Mapping[str, FloatArray], sizes: Sizes) -> None:
    """`embedded` (texts, pieces, hidden) and `lengths` (texts,) in, `states` (texts, pieces, hidden) out."""
    graph = _Graph(tensors, sizes.heads)
    states = graph.normalised("embedded", "embeddings.LayerNorm")
    for layer in range(sizes.layers):
        states = graph.layer(states, f"encoder.layer.{layer}")
    graph.nodes.append(helper.make_node("Identity", [states], ["states"]))
    shape: list[str | int | None] = ["texts", "pieces", sizes.hidden]
    inputs = [
        helper.make_tensor_value_info("embedded", TensorProto.FLOAT, shape),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, ["texts"]),
    ]
    outputs = [helper.make_tensor_value_info("states", TensorProto.FLOAT, shape)]
    whole = helper.make_graph(graph.nodes, "transformer", inputs, outputs, graph.weights)
    versions = [helper.make_opsetid("", OPERATORS), helper.make_opsetid(MICROSOFT, CONTRIBUTED)]
    onnx.save(helper.make_model(whole, opset_imports=versions, ir_version=FORMAT), path)
