#!/usr/bin/env python3
"""Writes torch_golden.hpp: what PyTorch computes for the small problems of test_sgd, test_adamw and test_training_step.

Usage: /usr/bin/python3 torch_golden.py > torch_golden.hpp     (made with PyTorch 1.13, float32, one thread)

Inputs are closed formulas that the tests repeat: wave(n, a, b, scale)[i] = float(scale * sin(a * i + b)), i = 0 .. n - 1, evaluated
in double, laid out as hpnas does: images [N, H, W, C], convolution weights [K, kh, kw, C].
"""
import math

import torch

torch.set_num_threads(1)


def wave(n, a, b, scale):
    return torch.tensor([scale * math.sin(a * i + b) for i in range(n)], dtype=torch.float64).float()


def show(name, comment, values):
    numbers = [f"{v:.9g}F" if any(c in f"{v:.9g}" for c in ".e") else f"{v:.9g}.0F" for v in values]
    lines = [", ".join(numbers[i : i + 8]) for i in range(0, len(numbers), 8)]
    print(f"/// {comment}\ninline const std::vector<float> {name}{{")
    print(",\n".join("    " + line for line in lines) + "};\n")


def optimizer_steps(make):
    """Seven weights, four steps with gradients wave(7, 0.9, step, 1) and rates 0.1, 0.05, 0.1, 0.02."""
    weights = torch.nn.Parameter(wave(7, 0.7, 0.3, 1.0))
    optimizer = make([weights])
    for step, rate in enumerate([0.1, 0.05, 0.1, 0.02]):
        weights.grad = wave(7, 0.9, float(step), 1.0)
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
    return weights.detach().tolist()


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.norm = torch.nn.BatchNorm2d(8)
        self.fc = torch.nn.Linear(8, 4)
        with torch.no_grad():
            self.conv.weight.copy_(wave(8 * 9 * 3, 1.3, 0.2, 0.3).reshape(8, 3, 3, 3).permute(0, 3, 1, 2))
            self.norm.weight.copy_(1.0 + wave(8, 0.8, 0.1, 0.2))
            self.norm.bias.copy_(wave(8, 0.5, 0.7, 0.1))
            self.fc.weight.copy_(wave(32, 2.1, 0.4, 0.5).reshape(4, 8))
            self.fc.bias.copy_(wave(4, 1.1, 0.9, 0.1))

    def forward(self, x):
        return self.fc(torch.relu(self.norm(self.conv(x))).mean((2, 3)))


def training_steps():
    """Three steps of SGD (Nesterov 0.9, decay 5e-4 on weights only, clipped to norm 0.43), label smoothing 0.1, rates 0.1, 0.08, 0.05."""
    net = Net()
    decayed = [net.conv.weight, net.fc.weight]
    others = [net.norm.weight, net.norm.bias, net.fc.bias]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0.0}],
        lr=0.1, momentum=0.9, nesterov=True)
    losses, norms = [], []
    for step, rate in enumerate([0.1, 0.08, 0.05]):
        images = wave(4 * 6 * 6 * 3, 0.37, float(step), 1.5).reshape(4, 6, 6, 3).permute(0, 3, 1, 2)
        labels = torch.tensor([(i + step) % 4 for i in range(4)])
        loss = torch.nn.functional.cross_entropy(net(images), labels, label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(net.parameters(), 0.43)))
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        losses.append(float(loss))
    return net, losses, norms


def main():
    print("#pragma once\n#include <vector>\n")
    print("/// Written by torch_golden.py with PyTorch " + torch.__version__ + "; see there for the problems.")
    print("namespace hpnas::golden {\n")
    sgd = lambda **options: lambda p: torch.optim.SGD(p, lr=0.1, **options)
    show("sgd_nesterov", "momentum 0.9, Nesterov, weight decay 0.01",
         optimizer_steps(sgd(momentum=0.9, nesterov=True, weight_decay=0.01)))
    show("sgd_momentum", "momentum 0.5, no weight decay", optimizer_steps(sgd(momentum=0.5)))
    show("adamw", "betas 0.9, 0.99, epsilon 1e-6, weight decay 0.1",
         optimizer_steps(lambda p: torch.optim.AdamW(p, betas=(0.9, 0.99), eps=1e-6, weight_decay=0.1)))
    net, losses, norms = training_steps()
    show("step_losses", "loss of each step", losses)
    show("step_norms", "gradient norm of each step, before clipping to 0.43", norms)
    show("conv_weight", "after three steps [8, 3, 3, 3] (K, kh, kw, C)", net.conv.weight.permute(0, 2, 3, 1).reshape(-1).tolist())
    show("norm_weight", "[8]", net.norm.weight.tolist())
    show("norm_bias", "[8]", net.norm.bias.tolist())
    show("norm_mean", "running mean [8]", net.norm.running_mean.tolist())
    show("norm_variance", "running variance [8]", net.norm.running_var.tolist())
    show("fc_weight", "[4, 8]", net.fc.weight.reshape(-1).tolist())
    show("fc_bias", "[4]", net.fc.bias.tolist())
    print("}  // namespace hpnas::golden")


main()
