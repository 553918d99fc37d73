#!/usr/bin/env python3
"""Writes transformer_golden.hpp: what PyTorch's transformer layers compute for the problems of test_sequence_networks.

Usage: /usr/bin/python3 transformer_golden.py > transformer_golden.hpp     (made with PyTorch 1.13, float64)

wave(n, a, b, scale)[i] = scale * sin(a * i + b), rounded to float32. Part k of PARTS has weight wave(n, 1.3 + k / 10, k, 0.3) and bias
wave(n, 0.9 + k / 10, k, 0.1); norms have 1 more in their weights. Two samples of five tokens with eight channels, the memory four
positions; the gradient of the output is wave(80, 0.8, 0.5, 1).
"""
import math

import torch

PARTS = ["norm1", "qkv", "proj", "norm2", "q", "kv", "cross_proj", "norm3", "fc1", "fc2"]
E, FFN, HEADS = 8, 12, 2


def wave(shape, a, b, scale):
    n = math.prod(shape)
    return torch.tensor([scale * math.sin(a * i + b) for i in range(n)], dtype=torch.float64).float().double().reshape(shape)


def weight(part, *shape):
    k = PARTS.index(part)
    return wave(shape, 1.3 + k / 10, k, 0.3) + (1 if part.startswith("norm") else 0)


def bias(part, n):
    k = PARTS.index(part)
    return wave((n,), 0.9 + k / 10, k, 0.1)


def set_linear(layer, part):
    layer.weight.copy_(weight(part, *layer.weight.shape))
    layer.bias.copy_(bias(part, len(layer.bias)))


def set_attention(layer, qkv, proj):
    """qkv: the parts whose rows follow each other in PyTorch's matrix, with their numbers of rows."""
    layer.in_proj_weight.copy_(torch.cat([weight(part, rows, E) for part, rows in qkv]))
    layer.in_proj_bias.copy_(torch.cat([bias(part, rows) for part, rows in qkv]))
    set_linear(layer.out_proj, proj)


def set_common(layer):
    layer.double()
    set_attention(layer.self_attn, [("qkv", 3 * E)], "proj")
    set_linear(layer.linear1, "fc1")
    set_linear(layer.linear2, "fc2")
    for norm in ["norm1", "norm2", "norm3"]:
        if hasattr(layer, norm):
            set_linear(getattr(layer, norm), norm)


def encoder(norm_first, activation, **options):
    layer = torch.nn.TransformerEncoderLayer(E, HEADS, FFN, 0.0, activation, 1e-5, True, norm_first)
    with torch.no_grad():
        set_common(layer)
    return lambda x: layer(x, **options)


def decoder():
    layer = torch.nn.TransformerDecoderLayer(E, HEADS, FFN, 0.0, "gelu", 1e-5, True, True)
    with torch.no_grad():
        set_common(layer)
        set_attention(layer.multihead_attn, [("q", E), ("kv", 2 * E)], "cross_proj")
    causal = torch.nn.Transformer.generate_square_subsequent_mask(5).double()
    return lambda x: layer(x, wave((2, 4, E), 0.6, 0.1, 1.0), tgt_mask=causal)


def show(name, values):
    numbers = [f"{v:.9g}" for v in values]
    lines = [", ".join(numbers[i : i + 8]) for i in range(0, len(numbers), 8)]
    print(f"inline const std::vector<double> {name}{{")
    print(",\n".join("    " + line for line in lines) + "};\n")


def run(name, layer):
    x = wave((2, 5, E), 0.7, 0.3, 1.0).requires_grad_()
    y = layer(x)
    y.backward(wave((2, 5, E), 0.8, 0.5, 1.0))
    show(name, y.detach().flatten().tolist())
    show(f"{name}_gradient", x.grad.flatten().tolist())


print("#pragma once\n#include <vector>\n")
print(f"/// Written by transformer_golden.py with PyTorch {torch.__version__}; see there for the problems.")
print("namespace hpnas::golden {\n")
run("encoder_pre", encoder(True, "gelu"))
padding = torch.tensor([[False, False, True, False, True], [False, True, False, False, False]])
run("encoder_post_masked", encoder(False, "relu", src_key_padding_mask=padding))
run("decoder", decoder())
print("}  // namespace hpnas::golden")
