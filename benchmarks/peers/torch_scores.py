#!/usr/bin/python3
"""Train-free scores of ResNet-20 (CIFAR) in PyTorch, batch 64: one JSON line per case of bench_score_networks.cpp.

ntk_coupled is TE-NAS's form (one forward pass, a backward pass per sample that keeps the graph), ntk_per_sample the form with
independent samples (batch 1 in evaluation mode), both with the Gram matrix of the stacked rows.
usage: torch_scores.py [--threads 1] [--seconds 4] [--cases a,b]
"""
import argparse
import copy
import json
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

N = 64


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.norm2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        projection = [nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)] if stride == 2 else []
        self.shortcut, self.relu1, self.relu2 = nn.Sequential(*projection), nn.ReLU(), nn.ReLU()

    def forward(self, x):
        y = self.norm2(self.conv2(self.relu1(self.norm1(self.conv1(x)))))
        return self.relu2(y + self.shortcut(x))


def resnet20():
    layers, inputs = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()], 16
    for width in (16, 32, 64):
        for i in range(3):
            layers.append(Block(inputs, width, 2 if i == 0 and width > 16 else 1))
            inputs = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def weights(net):
    return [m.weight for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]


def gradients(net, x, y):
    net.train()
    return torch.autograd.grad(F.cross_entropy(net(x), y), weights(net))


def snip(net, x, y):
    return sum((w * g).abs().sum() for w, g in zip(weights(net), gradients(net, x, y)))


def grad_norm(net, x, y):
    return sum(g.norm() for g in gradients(net, x, y))


def naswot(net, x, _):
    net.train()
    kernel, handles = torch.zeros(N, N, dtype=torch.float64), []
    for module in net.modules():
        if isinstance(module, nn.ReLU):
            def hook(_, inputs, __):
                code = (inputs[0] > 0).float().reshape(N, -1)
                kernel.add_((code @ code.t() + (1 - code) @ (1 - code).t()).double())
            handles.append(module.register_forward_hook(hook))
    with torch.no_grad():
        net(x)
    for handle in handles:
        handle.remove()
    return torch.linalg.slogdet(kernel)[1]


def jacob_cov(net, x, _):
    net.train()
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(net(x).sum(), x)
    values = torch.linalg.eigvalsh(torch.corrcoef(gradient.reshape(N, -1).double())) + 1e-5
    return -(values.log() + 1 / values).sum()


def condition(rows):
    jacobian = torch.stack(rows)
    values = torch.linalg.eigvalsh(jacobian @ jacobian.t())
    return values[-1] / values[0]


def row(total, net, keep):
    return torch.cat([g.reshape(-1) for g in torch.autograd.grad(total, weights(net), retain_graph=keep)])


def ntk_coupled(net, x, _):
    net.train()
    totals = net(x).sum(1)
    return condition([row(total, net, True) for total in totals])


def ntk_per_sample(net, x, _):
    net.eval()
    return condition([row(net(x[i:i + 1]).sum(), net, False) for i in range(N)])


def draw_normal(net):
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.normal_(m.weight)
            if m.bias is not None:
                nn.init.zeros_(m.bias)


def zen(net, *_):
    """Zen-score, batch 16, mean of 32 draws; variances as the authors' program takes them."""
    net, scores = net.train(), []
    body, norms = net[:-3], [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    with torch.no_grad():
        for _ in range(32):
            draw_normal(net)
            x = torch.randn(16, 3, 32, 32)
            difference = body(x) - body(x + 0.01 * torch.randn(16, 3, 32, 32))
            total = difference.abs().sum((1, 2, 3)).mean().log()
            scores.append(float(total + sum(m.running_var.mean().sqrt().log() for m in norms)))
    return statistics.mean(scores)


def synflow(net, *_):
    """As zero-cost-nas: a copy with absolute weights, batch norms as the identity."""
    net = copy.deepcopy(net).eval()
    with torch.no_grad():
        for p in net.parameters():
            p.abs_()
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.forward = lambda value: value
    net(torch.ones(1, 3, 32, 32)).sum().backward()
    return sum((w * w.grad).abs().sum() for w in weights(net)).log()


def de_score(net, x, _):
    """DE-NAS's composition for convolutional networks: expressivity / saliency - condition number, weights N(0, 1)."""
    net = copy.deepcopy(net).train()
    draw_normal(net)
    body = net[:-3]
    with torch.no_grad():
        images = torch.randn(N, 3, 32, 32)
        difference = body(images) - body(images + 0.01 * torch.randn(N, 3, 32, 32))
        expressivity = difference.abs().sum((1, 2, 3)).mean().log()
    condition_number = ntk_coupled(net, x, None)
    net.double()
    with torch.no_grad():
        for value in net.state_dict().values():
            value.abs_()
    flow = torch.autograd.grad(net(torch.ones(1, 3, 32, 32, dtype=torch.float64)).sum(), weights(net))
    saliency = sum((w * g).abs().sum() / len(w) for w, g in zip(weights(net), flow))
    return expressivity / saliency - condition_number


CASES = (de_score, zen, synflow, snip, grad_norm, naswot, jacob_cov, ntk_per_sample, ntk_coupled)


def report(score, args, net, x, y):
    score(net, x, y)
    times, end = [], time.perf_counter() + args.seconds
    while len(times) < 3 or time.perf_counter() < end:
        begin = time.perf_counter()
        value = float(score(net, x, y))
        times.append(1e3 * (time.perf_counter() - begin))
        if len(times) >= 2 and sum(times) > 4e3 * args.seconds:
            break
    print(json.dumps({"case": score.__name__, "threads": args.threads, "median_ms": statistics.median(times),
                      "best_ms": min(times), "count": len(times), "value": value}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--cases", default=",".join(score.__name__ for score in CASES))
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    net, x, y = resnet20(), torch.randn(N, 3, 32, 32), torch.randint(0, 10, (N,))
    for score in CASES:
        if score.__name__ in args.cases.split(","):
            report(score, args, net, x, y)


if __name__ == "__main__":
    main()
