"""Writes a transformer as onnxruntime reads it, and reads it again."""

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


def in_bytes(weights: FloatArray) -> tuple[NDArray[np.int8], FloatArray]:
    """Rows (n, k) as columns of int8, (k, n), with one scale each, (n,)."""
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-12) / 127
    return np.rint(weights / scales[:, None]).astype(np.int8).T, scales.astype(np.float32)


def packed_rows(weights: FloatArray) -> tuple[NDArray[np.uint8], FloatArray]:
    """The same for a table: numbers j and j + 16 in byte j, so that halves lie side by side."""
    pairs, scales = packed(weights)
    numbers = np.stack([pairs & 15, pairs >> 4], axis=3).reshape(*pairs.shape[:2], BLOCK)
    half = BLOCK // 2
    return numbers[..., :half] | (numbers[..., half:] << 4), scales


def read_tensors(graph: Path) -> dict[str, FloatArray]:
    """What `write_graph` wrote, by BERT's names; linear maps as (out, in)."""
    found = {each.name: numpy_helper.to_array(each) for each in onnx.load(str(graph)).graph.initializer}
    tensors = {}
    for name, array in found.items():
        whole, _, part = name.rpartition(".")
        if part == "numbers":
            halves = np.stack([array & 15, array >> 4], axis=3).reshape(*array.shape[:2], BLOCK).astype(np.float32) - 8
            scaled = halves * found[f"{whole}.scales"].reshape(*array.shape[:2], 1)
            tensors[f"{whole}.weight"] = np.asarray(scaled.reshape(len(array), -1), dtype=np.float32)
        elif part == "columns":
            tensors[f"{whole}.weight"] = np.ascontiguousarray((array * found[f"{whole}.scales"]).T, dtype=np.float32)
        elif part != "scales":
            tensors[name] = array.astype(np.float32)
    return tensors


class _Graph:
    def __init__(self, tensors: Mapping[str, FloatArray], heads: int, *, as_bytes: bool) -> None:
        self.tensors, self.heads, self.as_bytes = tensors, heads, as_bytes
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
        weights, bias = self.tensors[f"{name}.weight"], self._weight(f"{name}.bias", self.tensors[f"{name}.bias"])
        if self.as_bytes:
            columns, scales = in_bytes(weights)
            told = [self._weight(f"{name}.columns", columns), self._weight(f"{name}.scales", scales)]
            return self._node("DynamicQuantizeMatMul", [inputs, *told, "", bias], MICROSOFT)
        numbers, scales = packed(weights)
        found = self._node(
            "MatMulNBits",
            [inputs, self._weight(f"{name}.numbers", numbers), self._weight(f"{name}.scales", scales.ravel())],
            MICROSOFT,
            **{"K": weights.shape[1], "N": weights.shape[0], "bits": 4, "block_size": BLOCK, "accuracy_level": 4},
        )
        return self._node("Add", [found, bias])

    def _weight(self, name: str, array: NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _node(self, kind: str, inputs: Sequence[str], domain: str = "", **told: Any) -> str:
        output = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **told))
        return output


def write_graph(path: Path, tensors: Mapping[str, FloatArray], sizes: Sizes, *, as_bytes: bool = False) -> None:
    """`embedded` (texts, pieces, hidden) and `lengths` (texts,) in, `states` (texts, pieces, hidden) out.

    Weights have 4 bits, or with `as_bytes` 8: twice as large, multiplied seven times as fast, and fine enough for what
    was read from 4 bits and taught a little, which rounded to 4 again would be what it was before.
    """
    graph = _Graph(tensors, sizes.heads, as_bytes=as_bytes)
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
