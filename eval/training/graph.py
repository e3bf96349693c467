"""Writes a transformer as onnxruntime reads it, and reads it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from app.word_pieces import WEIGHTS_FILE, unpacked
from eval.training.smoothing import Reached, evened
from eval.training.start import BLOCK, FloatArray, Sizes

EPSILON = 1e-12
MICROSOFT = "com.microsoft"
OPERATORS, CONTRIBUTED, FORMAT = 17, 1, 9  # versions that onnxruntime 1.31 reads, and older ones


def packed(weights: FloatArray) -> tuple[NDArray[np.uint8], FloatArray]:
    """Rows (n, k) in 4 bits: (n, k / 32, 16), numbers j and j + 16 in byte j; scales (n, k / 32).

    The number farthest from 0 is met exactly, so what was read from such blocks is written as it was.
    """
    blocks = weights.reshape(len(weights), -1, BLOCK)
    farthest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2, keepdims=True), axis=2)
    scales = np.where(farthest == 0, 1e-12, farthest / -8)
    numbers = np.clip(np.rint(blocks / scales) + 8, 0, 15).astype(np.uint8)
    half = BLOCK // 2
    return numbers[..., :half] | (numbers[..., half:] << 4), scales[..., 0].astype(np.float32)


def in_bytes(weights: FloatArray) -> tuple[NDArray[np.int8], FloatArray]:
    """Rows (n, k) as columns of int8, (k, n), with one scale each, (n,)."""
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-12) / 127
    return np.rint(weights / scales[:, None]).astype(np.int8).T, scales.astype(np.float32)


def read_tensors(graph: Path) -> dict[str, FloatArray]:
    """What `write_graph` wrote, by BERT's names; linear maps as (out, in)."""
    written = onnx.load(str(graph), load_external_data=False).graph.initializer
    found = {each.name: numpy_helper.to_array(each) for each in written if each.data_location != TensorProto.EXTERNAL}
    tensors = _small(graph.with_name(WEIGHTS_FILE))
    for name, array in found.items():
        whole, _, part = name.rpartition(".")
        if part == "columns":
            weights = (array * found[f"{whole}.scales"]).T * found[f"{_inputs_of(whole)}.evened"]
            tensors[f"{whole}.weight"] = np.ascontiguousarray(weights, dtype=np.float32)
        elif part not in ("scales", "evened"):
            tensors[name] = array.astype(np.float32)
    return tensors


def _small(path: Path) -> dict[str, FloatArray]:
    """Linear maps that stand in 4 bits beside a graph."""
    if not path.is_file():
        return {}
    with np.load(path) as arrays:
        names = [name.removesuffix(".numbers") for name in arrays.files if name.endswith(".numbers")]
        return {f"{name}.weight": unpacked(arrays[f"{name}.numbers"], arrays[f"{name}.blocks"]) for name in names}


def _inputs_of(name: str) -> str:
    """What a linear map reads, by a name: query, key and value read the same."""
    return name.rpartition(".")[0] if ".self." in name else name


class _Graph:
    def __init__(self, tensors: Mapping[str, FloatArray], heads: int, reached: Reached, *, small: bool) -> None:
        self.tensors, self.heads, self.reached, self.small = tensors, heads, reached, small
        self.apart: dict[str, Any] = {}  # arrays of the other file
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def layer(self, inputs: str, name: str) -> str:
        """One layer of BERT: attention, then two linear maps, each added to what came in and normalised."""
        attending = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        query, key, value = self._linear(inputs, attending)
        seen = self._node("MultiHeadAttention", [query, key, value, "", "lengths"], MICROSOFT, num_heads=self.heads)
        (seen,) = self._linear(seen, [f"{name}.attention.output.dense"])
        seen = self.normalised(self._node("Add", [inputs, seen]), f"{name}.attention.output.LayerNorm")
        (inner,) = self._linear(seen, [f"{name}.intermediate.dense"])
        (added,) = self._linear(self._node("Gelu", [inner], MICROSOFT), [f"{name}.output.dense"])
        return self.normalised(self._node("Add", [seen, added]), f"{name}.output.LayerNorm")

    def normalised(self, inputs: str, name: str) -> str:
        weight, bias = (self._weight(f"{name}.{part}", self.tensors[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._node("LayerNormalization", [inputs, weight, bias], axis=-1, epsilon=EPSILON)

    def _linear(self, inputs: str, names: Sequence[str]) -> list[str]:
        """Linear maps of the same inputs, one after the other."""
        weights = [self.tensors[f"{name}.weight"] for name in names]
        factors = evened(self.reached[names[0]], np.concatenate(weights))
        even = self._node("Mul", [inputs, self._weight(f"{_inputs_of(names[0])}.evened", factors)])
        found = []
        for name, weight in zip(names, weights, strict=True):
            if self.small:
                columns, scales = self._packed(name, weight, factors)
            else:
                numbers, scales = in_bytes(weight / factors)
                columns = self._weight(f"{name}.columns", numbers)
            told = [columns, self._weight(f"{name}.scales", scales)]
            bias = self._weight(f"{name}.bias", self.tensors[f"{name}.bias"])
            found.append(self._node("DynamicQuantizeMatMul", [even, *told, "", bias], MICROSOFT))
        return found

    def _packed(self, name: str, weight: FloatArray, factors: FloatArray) -> tuple[str, FloatArray]:
        """4 bits of each weight, for another file; its name here, and the scales of the columns it becomes."""
        numbers, blocks = packed(weight)
        _, scales = in_bytes(unpacked(numbers, blocks) / factors)
        parts: dict[str, Any] = {"numbers": numbers, "blocks": blocks, "factors": factors, "steps": scales}
        self.apart |= {f"{name}.{part}": array for part, array in parts.items()}
        told = TensorProto(name=f"{name}.columns", data_type=TensorProto.INT8, dims=weight.T.shape)
        told.data_location = TensorProto.EXTERNAL
        told.external_data.add(key="location", value=WEIGHTS_FILE)
        self.weights.append(told)
        return told.name, scales

    def _weight(self, name: str, array: NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _node(self, kind: str, inputs: Sequence[str], domain: str = "", **told: Any) -> str:
        output = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **told))
        return output


def write_graph(
    path: Path, tensors: Mapping[str, FloatArray], sizes: Sizes, reached: Reached, *, small: bool = False
) -> None:
    """`embedded` (texts, pieces, hidden) and `lengths` (texts,) in, `states` (texts, pieces, hidden) out.

    Weights are multiplied as bytes, one scale a column. With `small` a file beside holds 4 bits of each, and they
    become bytes when they are read: 4 bits are multiplied at a seventh of the speed. What is taught a little to a
    network that was read from 4 bits is lost when it is rounded to them again.
    """
    graph = _Graph(tensors, sizes.heads, reached, small=small)
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
    path.write_bytes(helper.make_model(whole, opset_imports=versions, ir_version=FORMAT).SerializeToString())
    if small:
        np.savez(path.with_name(WEIGHTS_FILE), **graph.apart)
