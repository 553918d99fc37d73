#!/usr/bin/python3
"""Prints what test_reference_sequence.cpp and test_reference_activation.cpp expect, computed by PyTorch in double precision.

The inputs are those of `sequence` there. Relative positions follow AutoFormer's formulas with index tables, unlike our grid.
"""
import math

import torch
import torch.nn.functional as F


def sequence(count, k):
    values = [((i * 37 + k * 11) % 23 - 11) / 8 for i in range(count)]
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def show(name, values):
    print(f"{name}: {{{', '.join(f'{x:.12g}' for x in values.reshape(-1).tolist())}}}")


def finish(dst, **leaves):
    """dst and the gradients of sum(dst * sequence(., 5))."""
    dst = dst.reshape(-1)
    (dst * sequence(dst.numel(), 5).detach()).sum().backward()
    show("dst", dst)
    for name, leaf in leaves.items():
        show("diff " + name, leaf.grad)


def masked_memory(queries=3, keys=4, heads=2, dim=2):
    print("attention to a memory, heads 2, mask 1 0 1 1")
    src, memory = sequence(queries * heads * dim, 1), sequence(keys * 2 * heads * dim, 2)
    q = src.reshape(queries, heads, dim).transpose(0, 1)
    k, v = memory.reshape(keys, 2, heads, dim).permute(1, 2, 0, 3)
    visible = torch.tensor([1, 0, 1, 1]).bool().expand(heads, queries, keys)
    dst, _ = F._scaled_dot_product_attention(q, k, v, attn_mask=visible)
    finish(dst.transpose(0, 1), src=src, memory=memory)


def relative(length=5, dim=2, most=1):
    print("relative positions up to 1, class token and 2 x 2 grid, one head")
    src, tables = sequence(length * 3 * dim, 3), [sequence((2 * most + 2) * dim, 6 + t) for t in range(4)]
    tokens = torch.arange(length - 1)
    side = int(math.sqrt(length - 1))

    def rows(distance):
        return F.pad(torch.clamp(distance, -most, most) + most + 1, (1, 0, 1, 0))

    vertical = rows(tokens[None] // side - tokens[:, None] // side)
    horizontal = rows(tokens[None] % side - tokens[:, None] % side)
    q, k, v = src.reshape(length, 3, dim).transpose(0, 1)
    t = [table.reshape(-1, dim) for table in tables]
    keys, values = t[0][vertical] + t[1][horizontal], t[2][vertical] + t[3][horizontal]
    p = ((q @ k.T + torch.einsum("id,ijd->ij", q, keys)) / math.sqrt(dim)).softmax(-1)
    finish(p @ v + torch.einsum("ij,ijd->id", p, values), src=src, **{f"table {i}": table for i, table in enumerate(tables)})


def layer_norm():
    print("layer norm of two rows")
    x, gamma, beta = sequence(10, 4), sequence(5, 7), sequence(5, 8)
    finish(F.layer_norm(x.reshape(2, 5), (5,), gamma, beta, 1e-5), src=x, gamma=gamma, beta=beta)


def activations():
    for f in (F.gelu, torch.tanh, F.leaky_relu):
        x = torch.tensor([-3, -1, -0.1, 0.5, 2], dtype=torch.float64, requires_grad=True)
        f(x).sum().backward()
        show(f.__name__, f(x))
        show(f.__name__ + "'", x.grad)


masked_memory()
relative()
layer_norm()
activations()
