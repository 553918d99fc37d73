"""An ONNX graph that hpnas wrote as a PyTorch module, operator by operator: for times in PyTorch on any device it knows.

    module = TorchGraph("network.onnx")          # inputs in the order of the graph, as the graph has them
    outputs = module(torch.zeros(1, 3, 32, 32))

Covers what src/export writes, nothing more. Needs python3-onnx and PyTorch (1.13 or later).
"""
import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

TYPES = {1: torch.float32, 7: torch.int64, 9: torch.bool}


def attributes_of(node):
    values = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in values.items()}


def convolution(a, x, weight, bias=None):
    function = F.conv1d if weight.dim() == 3 else F.conv2d
    rank = weight.dim() - 2
    return function(x, weight, bias, a.get("strides", [1] * rank), a.get("pads", [0] * rank)[:rank], a.get("dilations", [1] * rank),
                    a.get("group", 1))


def pooled(function, a, x, **more):
    return function(x, a["kernel_shape"], a["strides"], a["pads"][:2], **more)


def padded(a, x, pads):
    """ONNX lists all begins, then all ends; PyTorch pairs from the last dimension on, and reflects the last two only."""
    pads = pads.tolist()
    pairs = [(pads[i], pads[i + x.dim()]) for i in range(x.dim())]
    if a.get("mode", "constant") == "reflect":
        pairs = pairs[2:]
    return F.pad(x, [size for pair in reversed(pairs) for size in pair], a.get("mode", "constant"))


def gathered(a, x, index):
    axis = a.get("axis", 0)
    flat = x.index_select(axis, index.reshape(-1))
    return flat.reshape(*x.shape[:axis], *index.shape, *x.shape[axis + 1:])


def sliced(a, x, starts, ends, axes):
    for start, end, axis in zip(starts.tolist(), ends.tolist(), axes.tolist()):
        x = x.narrow(axis, start, min(end, x.shape[axis]) - start)
    return x


def normalised(a, x, weight, bias):
    return F.layer_norm(x, weight.shape, weight, bias, a["epsilon"])


def reshaped(a, x, sizes):
    return x.reshape([x.shape[i] if size == 0 else size for i, size in enumerate(sizes.tolist())])


OPERATORS = {
    "Add": lambda a, x, y: x + y, "Sub": lambda a, x, y: x - y, "Mul": lambda a, x, y: x * y, "Div": lambda a, x, y: x / y,
    "Sum": lambda a, *x: sum(x[1:], x[0]), "And": lambda a, x, y: x & y, "Not": lambda a, x: ~x,
    "Greater": lambda a, x, y: x > y, "Equal": lambda a, x, y: x == y, "Where": lambda a, c, x, y: torch.where(c, x, y.to(x.dtype)),
    "Identity": lambda a, x: x, "Cast": lambda a, x: x.to(TYPES[a["to"]]), "Clip": lambda a, x, low, high: x.clamp(low.item(), high.item()),
    "Relu": lambda a, x: F.relu(x), "Sigmoid": lambda a, x: torch.sigmoid(x), "Tanh": lambda a, x: torch.tanh(x),
    "Erf": lambda a, x: torch.erf(x), "LeakyRelu": lambda a, x: F.leaky_relu(x, a["alpha"]), "Silu": lambda a, x: F.silu(x),
    "Gelu": lambda a, x: F.gelu(x), "Softmax": lambda a, x: F.softmax(x, a["axis"]), "Conv": convolution,
    "BatchNormalization": lambda a, x, w, b, m, v: F.batch_norm(x, m, v, w, b, eps=a["epsilon"]),
    "LayerNormalization": normalised, "MaxPool": lambda a, x: pooled(F.max_pool2d, a, x),
    "AveragePool": lambda a, x: pooled(F.avg_pool2d, a, x, count_include_pad=False),
    "GlobalAveragePool": lambda a, x: F.adaptive_avg_pool2d(x, 1), "Flatten": lambda a, x: x.flatten(1),
    "Gemm": lambda a, x, w, b=None: F.linear(x, w, b), "MatMul": lambda a, x, y: torch.matmul(x, y), "Pad": padded, "Gather": gathered,
    "Slice": sliced, "Concat": lambda a, *x: torch.cat(x, a["axis"]), "Expand": lambda a, x, sizes: x.expand(sizes.tolist()),
    "Shape": lambda a, x: torch.tensor(x.shape[a.get("start", 0):a.get("end", None)]),
    "ConstantOfShape": lambda a, sizes: torch.zeros(sizes.tolist()), "Reshape": reshaped,
    "Transpose": lambda a, x: x.permute(a["perm"]), "ReduceMean": lambda a, x: x.mean(a["axes"], keepdim=bool(a["keepdims"])),
    "ReduceSum": lambda a, x, axes: x.sum(axes.tolist(), keepdim=bool(a["keepdims"])),
}


class Step:
    """One call: operator, attributes, names of inputs and outputs."""

    def __init__(self, kind, attributes, inputs, outputs):
        self.kind, self.attributes, self.inputs, self.outputs = kind, attributes, inputs, outputs


def fused(steps):
    """x * Sigmoid(x) as silu and the five steps of gelu as one, as whoever writes PyTorch would."""
    by_output = {name: step for step in steps for name in step.outputs}
    gone = set()
    for step in steps:
        if step.kind != "Mul":
            continue
        sigmoid = by_output.get(step.inputs[1])
        if sigmoid is not None and sigmoid.kind == "Sigmoid" and sigmoid.inputs == step.inputs[:1]:
            step.kind, step.inputs = "Silu", step.inputs[:1]
            gone.add(sigmoid)
            continue
        inner = by_output.get(step.inputs[0])
        plus = by_output.get(inner.inputs[1]) if inner is not None and inner.kind == "Mul" else None
        erf = by_output.get(plus.inputs[0]) if plus is not None and plus.kind == "Add" else None
        if erf is not None and erf.kind == "Erf":
            step.kind, step.inputs = "Gelu", inner.inputs[:1]
            gone |= {inner, plus, erf, by_output[erf.inputs[0]]}
    return [step for step in steps if step not in gone]


class TorchGraph(torch.nn.Module):
    """Weights are buffers: .to(device), .half() and tracing work as for every module."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(str(path)).graph
        self.names = {}
        for i, tensor in enumerate(graph.initializer):
            self.names[tensor.name] = f"constant{i}"
            self.register_buffer(f"constant{i}", torch.from_numpy(np.array(numpy_helper.to_array(tensor))))
        self.inputs = {value.name: (np.float32 if value.type.tensor_type.elem_type == 1 else np.int64,
                                    [dim.dim_value or -1 for dim in value.type.tensor_type.shape.dim]) for value in graph.input}
        self.outputs = [value.name for value in graph.output]
        self.steps = fused([Step(node.op_type, attributes_of(node), list(node.input), list(node.output)) for node in graph.node])

    def forward(self, *arguments):
        values = dict(zip(self.inputs, arguments))
        precision = next((buffer.dtype for buffer in self.buffers() if buffer.is_floating_point()), torch.float32)

        def value(name):
            return getattr(self, self.names[name]) if name in self.names else values[name]

        for step in self.steps:
            inputs = [value(name) for name in step.inputs]
            if step.kind == "Split":
                values.update(zip(step.outputs, inputs[0].chunk(len(step.outputs), step.attributes["axis"])))
                continue
            result = OPERATORS[step.kind](step.attributes, *inputs)
            if step.kind in ("Cast", "ConstantOfShape", "Shape"):  # made here: on the module's device, of its precision
                result = result.to(arguments[0].device, precision if result.is_floating_point() else result.dtype)
            values[step.outputs[0]] = result
        results = tuple(values[name] for name in self.outputs)
        return results[0] if len(results) == 1 else results
