#!/usr/bin/python3
"""A step of UNAS' search on its supernet for CIFAR (darts_cell, 7 operations) in PyTorch, for bench_supernet_search.cpp.

usage: torch_supernet.py FILE [--check] [--threads 1] [--channels-last] [--skip-below 0.05] [--cycles N] [--warm-up N]
FILE is written by `bench_supernet_search --write FILE`: weights, both mini-batches, the architectures in turn, and what
one step gave. The step, one architecture for the mini-batch: L(z) forward, running the chosen operations alone; L(zeta)
with the generalisation gap forward and backward to the point; weights at zeta on the train batch: forward, backward,
clipping, Adam. --check compares the losses and both gradients with the file's in double precision and ends; otherwise
prints one JSON line. step_rss_mib: growth of the largest resident set over what was resident when FILE had been read.

Written to be fast: relu(h) is computed once for all operations that read h, mixtures are chains of fused multiply-adds,
autograd.grad asks for the point alone (no weight gradients, nothing below the first mixture), the weights' pass has
numbers as mixture weights, normalised values are rectified in place, Adam works on lists of tensors (foreach).
"""
import argparse
import json
import math
import resource
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

OPERATIONS = ("skip_connect", "sep_conv_3x3", "max_pool_3x3", "dil_conv_3x3", "sep_conv_5x5", "avg_pool_3x3", "sep_conv_7x7")
K, NODES = len(OPERATIONS), 4
GAP_LAMBDA, DUPLICATE_WEIGHT, CLIP_NORM = 0.5, 0.2, 5.0


def norm(channels):
    return nn.BatchNorm2d(channels, affine=False)


class Separable(nn.Module):
    """Depthwise, 1x1, batch norm, once or twice; reads relu(h)."""

    def __init__(self, channels, kernel, stride, dilation=1, twice=True):
        super().__init__()
        pad = dilation * (kernel - 1) // 2
        self.depthwise1 = nn.Conv2d(channels, channels, kernel, stride, pad, dilation, groups=channels, bias=False)
        self.pointwise1, self.bn1 = nn.Conv2d(channels, channels, 1, bias=False), norm(channels)
        self.twice = twice
        if twice:
            self.depthwise2 = nn.Conv2d(channels, channels, kernel, 1, kernel // 2, groups=channels, bias=False)
            self.pointwise2, self.bn2 = nn.Conv2d(channels, channels, 1, bias=False), norm(channels)

    def forward(self, h, rectified):
        x = self.bn1(self.pointwise1(self.depthwise1(rectified)))
        return self.bn2(self.pointwise2(self.depthwise2(F.relu_(x)))) if self.twice else x


class FactorizedReduction(nn.Module):
    def __init__(self, c, k):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(c, k // 2, 1, 2, bias=False), nn.Conv2d(c, k - k // 2, 1, 2, bias=False)
        self.bn = norm(k)

    def forward(self, h, rectified):
        return self.bn(torch.cat((self.conv1(rectified), self.conv2(rectified[:, :, 1:, 1:])), 1))


class Pool(nn.Module):
    def __init__(self, average, stride):
        super().__init__()
        self.average, self.stride = average, stride

    def forward(self, h, rectified):
        if self.average:
            return F.avg_pool2d(h, 3, self.stride, 1, count_include_pad=False)
        return F.max_pool2d(h, 3, self.stride, 1)


class Identity(nn.Module):
    def forward(self, h, rectified):
        return h


def operation(name, channels, stride):
    if name == "skip_connect":
        return Identity() if stride == 1 else FactorizedReduction(channels, channels)
    if name.endswith("pool_3x3"):
        return Pool(name.startswith("avg"), stride)
    if name == "dil_conv_3x3":
        return Separable(channels, 3, stride, dilation=2, twice=False)
    return Separable(channels, int(name[-1]), stride)


class ReluConvNorm(nn.Module):
    def __init__(self, c, k):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(c, k, 1, bias=False), norm(k)

    def forward(self, h, rectified):
        return self.bn(self.conv(rectified))


def chosen(weights, skip_below):
    """Which options run: all of some weight, but those below the threshold, of which the heaviest stays."""
    numbers = weights.detach().flatten().tolist()
    return [w != 0 and (w >= skip_below or w == max(numbers)) for w in numbers], numbers


class Node(nn.Module):
    def __init__(self, n_inputs, channels, reduction):
        super().__init__()
        self.inputs = nn.ModuleList()
        for i in range(n_inputs):
            self.inputs.append(nn.Module())
            stride = 2 if reduction and i < 2 else 1
            self.inputs[i].ops = nn.ModuleList(operation(name, channels, stride) for name in OPERATIONS)

    def forward(self, values, weights, skip_below):
        runs, numbers = chosen(weights, skip_below)
        options = weights.flatten().unbind()
        total = None
        for i, value in enumerate(values):
            for k, operator in enumerate(self.inputs[i].ops):
                at = i * K + k
                if not runs[at]:
                    continue
                y = operator(value.h, value.rectified())
                if weights.requires_grad:
                    total = y * options[at] if total is None else torch.addcmul(total, y, options[at])
                else:
                    total = y * numbers[at] if total is None else torch.add(total, y, alpha=numbers[at])
        return total


class Value:
    """A value of a cell and, once somebody asks for it, what relu makes of it."""

    def __init__(self, h):
        self.h, self.positive = h, None

    def rectified(self):
        if self.positive is None:
            self.positive = F.relu(self.h)
        return self.positive


class Cell(nn.Module):
    def __init__(self, before, previous, channels, reduction, reduced):
        super().__init__()
        self.preprocess0 = (FactorizedReduction if reduced else ReluConvNorm)(before, channels)
        self.preprocess1 = ReluConvNorm(previous, channels)
        self.nodes = nn.ModuleList(Node(i + 2, channels, reduction) for i in range(NODES))

    def forward(self, before, previous, weights, skip_below):
        values = [Value(self.preprocess0(before.h, before.rectified())),
                  Value(self.preprocess1(previous.h, previous.rectified()))]
        for node, own in zip(self.nodes, weights):
            values.append(Value(node(values, own, skip_below)))
        return Value(torch.cat([value.h for value in values[2:]], 1))


class Supernet(nn.Module):
    def __init__(self, channels=16, cells=8, classes=10):
        super().__init__()
        self.stem, self.head = nn.Module(), nn.Module()
        self.stem.conv1, self.stem.bn1 = nn.Conv2d(3, 3 * channels, 3, 1, 1, bias=False), nn.BatchNorm2d(3 * channels)
        self.cells, self.reductions = nn.ModuleList(), (cells // 3, 2 * cells // 3)
        before = previous = 3 * channels
        for i in range(cells):
            channels *= 2 if i in self.reductions else 1
            self.cells.append(Cell(before, previous, channels, i in self.reductions, i - 1 in self.reductions))
            before, previous = previous, NODES * channels
        self.head.fc = nn.Linear(previous, classes)

    def forward(self, x, point, skip_below):
        """Logits; point: the probabilities of all choices, as darts_cell orders them."""
        normal, reduction = mixture_weights(point)
        before = previous = Value(self.stem.bn1(self.stem.conv1(x)))
        for i, cell in enumerate(self.cells):
            own = reduction if i in self.reductions else normal
            before, previous = previous, cell(before, previous, own, skip_below)
        return self.head.fc(previous.h.mean((2, 3)))


def slots(point):
    """(input, operation) probabilities of both slots of every node."""
    sizes = [size for _ in range(2) for node in range(NODES) for size in (node + 2, K) * 2]
    parts = point.split(sizes)
    return [(parts[i:i + 2], parts[i + 2:i + 4]) for i in range(0, len(parts), 4)]


def mixture_weights(point):
    """Weights [inputs, K] of each node, of normal and of reduction cells."""
    weights = [sum(torch.outer(rows, columns) for rows, columns in node) for node in slots(point)]
    return weights[:NODES], weights[NODES:]


def duplicates(point):
    return sum((torch.outer(*first) * torch.outer(*second)).sum() for first, second in slots(point))


class Search:
    def __init__(self, tensors, skip_below, memory_format, dtype):
        self.skip_below = skip_below
        self.net = Supernet()
        load_weights(self.net, tensors)
        self.net.to(dtype=dtype).to(memory_format=memory_format)
        load = lambda name: tensors[name].permute(0, 3, 1, 2).to(dtype).contiguous(memory_format=memory_format)
        self.train, self.validation = (load(f"{name}.images") for name in ("train", "validation"))
        self.labels = torch.arange(len(self.train)) % 10
        self.optimizer = torch.optim.Adam(self.net.parameters(), 6e-4, weight_decay=3e-4, foreach=True)

    def losses(self, images, point, skip_below):
        return F.cross_entropy(self.net(images, point, skip_below), self.labels, reduction="none")

    def objective(self, point, skip_below):
        train, validation = (self.losses(images, point, skip_below) for images in (self.train, self.validation))
        return (train + GAP_LAMBDA * (validation - train).abs()).mean() + DUPLICATE_WEIGHT * duplicates(point)

    def discrete(self, vertex):
        with torch.no_grad():
            return self.objective(vertex, 0)

    def relaxed(self, point):
        """Loss and its gradient by the point."""
        point = point.clone().requires_grad_()
        loss = self.objective(point, self.skip_below)
        return loss.detach(), torch.autograd.grad(loss, point)[0]

    def weight_gradient(self, point):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.losses(self.train, point, self.skip_below).mean()
        loss.backward()
        return loss.detach()

    def move_weights(self, point):
        self.weight_gradient(point)
        nn.utils.clip_grad_norm_([p for p in self.net.parameters() if p.grad is not None], CLIP_NORM)
        self.optimizer.step()

    def step(self, vertex, point):
        self.discrete(vertex)
        self.relaxed(point)
        self.move_weights(point)


def read(path):
    """Tensors by name: a line of JSON with names and shapes, then float32 after float32."""
    with open(path, "rb") as file:
        entries = json.loads(file.readline())
        return {entry["name"]: torch.frombuffer(bytearray(file.read(4 * math.prod(entry["shape"]))), dtype=torch.float32)
                .reshape(entry["shape"]) for entry in entries}


def ours_to_torch(tensor):
    return tensor.permute(0, 3, 1, 2) if tensor.dim() == 4 else tensor


def load_weights(net, tensors):
    own = {**dict(net.named_parameters()), **{n: b for n, b in net.named_buffers() if b.dim() > 0}}
    given = {name[len("weight."):]: tensor for name, tensor in tensors.items() if name.startswith("weight.")}
    if own.keys() != given.keys():
        sys.exit(f"networks differ: {sorted(own.keys() ^ given.keys())[:4]}")
    with torch.no_grad():
        for name, tensor in given.items():
            own[name].copy_(ours_to_torch(tensor))


def largest_difference(search, tensors, vertex, point):
    """Of the losses and the two gradients, relative; the latter as vectors."""
    skipping = "skipped" if search.skip_below > 0 else "whole"
    expected = lambda name: tensors[f"{skipping}.{name}"].double()
    pairs = {"L(z)": (search.discrete(vertex), expected("discrete")[0])}
    loss, gradient = search.relaxed(point)
    pairs["L(zeta)"], pairs["gradient by zeta"] = (loss, expected("relaxed")[0]), (gradient, expected("slope"))
    pairs["loss of the weights"] = (search.weight_gradient(point), expected("weights")[0])
    own = [torch.zeros_like(p) if p.grad is None else p.grad for _, p in search.net.named_parameters()]
    given = [ours_to_torch(expected(f"gradient.{name}")) for name, _ in search.net.named_parameters()]
    pairs["gradient by weights"] = (torch.cat([g.flatten() for g in own]), torch.cat([g.flatten() for g in given]))
    return {name: float((a - b).norm() / b.norm()) for name, (a, b) in pairs.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--skip-below", type=float, default=0)
    parser.add_argument("--warm-up", type=int, default=1, help="steps that are not timed")
    parser.add_argument("--cycles", type=int, default=1, help="times through all architectures")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    tensors = read(args.file)
    memory_format = torch.channels_last if args.channels_last else torch.contiguous_format
    loaded_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    search = Search(tensors, args.skip_below, memory_format, torch.float64 if args.check else torch.float32)
    architectures = [(v.double(), p.double()) for v, p in zip(tensors["vertices"], tensors["points"])]
    if args.check:
        print(json.dumps(largest_difference(search, tensors, *architectures[0])))
        return
    for i in range(args.warm_up):
        search.step(*(x.float() for x in architectures[i % len(architectures)]))
    times, cpu_begin = [], time.process_time()
    for _ in range(args.cycles):
        begin = time.perf_counter()
        for vertex, point in architectures:
            search.step(vertex.float(), point.float())
        times.append((time.perf_counter() - begin) * 1e3 / len(architectures))
    cpu_ms = (time.process_time() - cpu_begin) * 1e3 / args.cycles / len(architectures)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - loaded_kib
    print(json.dumps({"case": "unas_step", "threads": args.threads, "skip_below": args.skip_below,
                      "parameters": sum(p.numel() for p in search.net.parameters()),
                      "median_ms": round(statistics.median(times), 2), "best_ms": round(min(times), 2),
                      "count": args.cycles * len(architectures), "mean_cpu_ms": round(cpu_ms, 2),
                      "step_rss_mib": round(grown / 1024, 1)}))


if __name__ == "__main__":
    main()
