#!/usr/bin/env python3
"""Writes torch_golden.hpp: what PyTorch gives for the scores of the network of golden_network.hpp.

Usage: /usr/bin/python3 torch_golden.py > torch_golden.hpp     (made with PyTorch 1.13, float64, one thread)

Inputs are closed formulas that the tests repeat: wave(n, a, b, scale)[i] = float(scale * sin(a * i + b)), i = 0 .. n - 1, evaluated
in double, laid out as hpnas does: images [N, H, W, C], convolution weights [K, kh, kw, C].
"""
import math

import torch
import torch.nn as nn

torch.set_num_threads(1)
N, SIDE = 5, 8


def wave(n, a, b, scale):
    return torch.tensor([scale * math.sin(a * i + b) for i in range(n)], dtype=torch.float64).float().double()


def convolution(i, inputs, outputs, stride=1, groups=1):
    conv = nn.Conv2d(inputs, outputs, 3, stride, 1, groups=groups, bias=False).double()
    group = inputs // groups
    weight = wave(outputs * 9 * group, 1.3, 0.2 * i, 0.3).reshape(outputs, 3, 3, group)
    conv.weight.data.copy_(weight.permute(0, 3, 1, 2))
    return conv


def norm(i, channels):
    bn = nn.BatchNorm2d(channels).double()
    bn.weight.data.copy_(1 + wave(channels, 0.8, 0.1 * i, 0.2))
    bn.bias.data.copy_(wave(channels, 0.5, 0.7 * i, 0.1))
    return bn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1 = convolution(1, 3, 6), norm(1, 6)
        self.conv2, self.norm2 = convolution(2, 6, 6, groups=2), norm(2, 6)
        self.conv3, self.norm3 = convolution(3, 6, 8, stride=2), norm(3, 8)
        self.relu1, self.relu2, self.relu3 = nn.ReLU(), nn.ReLU(), nn.ReLU()
        self.fc = nn.Linear(8, 4).double()
        self.fc.weight.data.copy_(wave(32, 2.1, 0.4, 0.5).reshape(4, 8))
        self.fc.bias.data.copy_(wave(4, 1.1, 0.9, 0.1))

    def forward(self, x):
        a = self.relu1(self.norm1(self.conv1(x)))
        b = self.relu2(self.norm2(self.conv2(a)) + a)
        return self.fc(self.relu3(self.norm3(self.conv3(b))).mean((2, 3)))


def images():
    return wave(N * SIDE * SIDE * 3, 0.37, 0.5, 1.5).reshape(N, SIDE, SIDE, 3).permute(0, 3, 1, 2).contiguous()


LABELS = torch.tensor([2, 0, 3, 1, 2])


def layers(net):
    return [net.conv1, net.conv2, net.conv3, net.fc]


def loss_scores():
    net = Net()
    loss = nn.functional.cross_entropy(net(images()), LABELS)
    weights = [layer.weight for layer in layers(net)]
    gradients = torch.autograd.grad(loss, weights, create_graph=True)
    projection = sum((g.detach() * g).sum() for g in gradients)
    products = torch.autograd.grad(projection, weights, retain_graph=True)
    grasp = -sum((w * h).sum() for w, h in zip(weights, products))
    loss.backward()
    return {
        "snip": sum((w * w.grad).abs().sum() for w in weights),
        "grad_norm": sum(w.grad.norm() for w in weights),
        "grad_norm_joint": math.sqrt(sum(p.grad.pow(2).sum() for p in net.parameters())),
        "fisher": fisher(),
        "grasp": grasp,
    }


def fisher():
    net, records = Net(), []
    for layer in layers(net):
        def hook(module, _, output):
            output.retain_grad()
            records.append((module, output))
        layer.register_forward_hook(hook)
    nn.functional.cross_entropy(net(images()), LABELS).backward()
    total = 0.0
    for module, output in records:
        product = (output * output.grad).reshape(N, output.shape[1], -1).sum(2)
        total += 0.5 * product.pow(2).mean(0).sum() * module.weight[0].numel()
    return total


def naswot():
    net, kernel = Net(), torch.zeros(N, N, dtype=torch.float64)
    for relu in (net.relu1, net.relu2, net.relu3):
        def hook(_, inputs, __):
            code = (inputs[0] > 0).double().reshape(N, -1)
            kernel.add_(code @ code.t() + (1 - code) @ (1 - code).t())
        relu.register_forward_hook(hook)
    net(images())
    return torch.linalg.slogdet(kernel)[1]


def frozen():
    """The network in evaluation mode with the statistics that the batch has in training mode."""
    net, handles = Net(), []
    for bn in (net.norm1, net.norm2, net.norm3):
        def hook(module, inputs):
            module.running_mean = inputs[0].detach().mean((0, 2, 3))
            module.running_var = inputs[0].detach().var((0, 2, 3), unbiased=False)
            module.eval()
        bn.register_forward_pre_hook(hook)
    return net


def jacob_cov(net):
    x = images().requires_grad_()
    net(x).sum().backward()
    rows = x.grad.reshape(N, -1)
    rows = rows - rows.mean(1, keepdim=True)
    rows = rows / rows.norm(dim=1, keepdim=True)
    values = torch.linalg.eigvalsh(rows @ rows.t()) + 1e-5
    return -(values.log() + 1 / values).sum()


def gram(net, parameters):
    sums = net(images()).sum(1)
    rows = [torch.cat([g.reshape(-1) for g in torch.autograd.grad(s, parameters, retain_graph=True)]) for s in sums]
    jacobian = torch.stack(rows)
    return jacobian @ jacobian.t()


def condition(kernel):
    values = torch.linalg.eigvalsh(kernel)
    return values[-1] / values[0]


def show(name, comment, values):
    numbers = [f"{float(v):.12g}" for v in values]
    lines = [", ".join(numbers[i:i + 5]) for i in range(0, len(numbers), 5)]
    print(f"/// {comment}\ninline const std::vector<double> {name}{{")
    print(",\n".join("    " + line for line in lines) + "};\n")


def main():
    print("#pragma once\n#include <vector>\n")
    print(f"/// Written by torch_golden.py with PyTorch {torch.__version__}; see there for the problems.")
    print("namespace hpnas::golden {\n")
    values = {**loss_scores(), "naswot": naswot(), "jacob_cov": jacob_cov(frozen()), "jacob_cov_coupled": jacob_cov(Net())}
    net, coupled = frozen(), Net()
    norms = lambda n: [n.norm1.weight, n.norm2.weight, n.norm3.weight]
    weights = lambda n: [layer.weight for layer in layers(n)]
    values["ntk"] = condition(gram(net, weights(net)))
    values["ntk_norm_scales"] = condition(gram(net, weights(net) + norms(net)))
    values["ntk_coupled"] = condition(gram(coupled, weights(coupled)))
    values["ntk_coupled_norm_scales"] = condition(gram(coupled, weights(coupled) + norms(coupled)))
    for name, value in values.items():
        print(f"inline constexpr double {name} = {float(value):.12g};")
    print()
    show("gram_weights", "[5, 5], frozen statistics, weights of convolutions and of the linear layer",
         gram(net, weights(net)).reshape(-1))
    show("gram_norm_scales", "[5, 5], frozen statistics, scales of the batch norms", gram(net, norms(net)).reshape(-1))
    print("}  // namespace hpnas::golden")


if __name__ == "__main__":
    main()
