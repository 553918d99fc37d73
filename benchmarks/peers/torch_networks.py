#!/usr/bin/python3
"""PyTorch's time for the networks of bench_train_networks: one JSON line per case.

usage: torch_networks.py --threads T [--channels-last] [--cases a,b] [--seconds S]
Cases: resnet20_n64_train, gpunet1_224_n8_train, vit_tiny_224_n16_train, bert_mini_128_n16_train,
{resnet20,gpunet1_224,vit_tiny_224,bert_mini_128}_n1_infer_{eager,freeze,ofi}.
step_rss_mib: growth of the largest resident set over what was resident when torch had been loaded.
"""
import argparse
import json
import resource
import statistics
import time
import warnings

import torch
import torch.nn as nn
import torch.nn.functional as F

warnings.filterwarnings("ignore")

# GPUNet-1: stem width, then (type, kernel, expansion, squeeze-excite, activation, layers, width, stride) per stage.
GPUNET1 = (24, [("conv", 3, 1, 0, "relu", 1, 24, 1), ("fused", 3, 4, 0, "swish", 2, 64, 2), ("fused", 3, 4, 0, "swish", 2, 96, 2),
                ("irb", 3, 2, 1, "swish", 1, 160, 2), ("irb", 3, 5, 0, "relu", 4, 288, 1), ("irb", 3, 4, 1, "relu", 4, 448, 2)])


def conv(c, k, kernel, stride=1, groups=1, bias=False):
    return nn.Conv2d(c, k, kernel, stride, kernel // 2, groups=groups, bias=bias)


def activation(name):
    return nn.SiLU(inplace=True) if name == "swish" else nn.ReLU(inplace=True)


class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduced, act):
        super().__init__()
        self.reduce, self.expand, self.act = conv(channels, reduced, 1, bias=True), conv(reduced, channels, 1, bias=True), activation(act)

    def forward(self, x):
        return x * torch.sigmoid(self.expand(self.act(self.reduce(x.mean((2, 3), keepdim=True)))))


class Block(nn.Module):
    """A conv, fused inverted residual or inverted residual block."""

    def __init__(self, kind, kernel, expansion, se, act, c, k, stride):
        super().__init__()
        mid = c * expansion
        if kind == "conv":
            layers = [conv(c, k, kernel, stride), nn.BatchNorm2d(k, 1e-3), activation(act)]
        else:
            layers = ([conv(c, mid, kernel, stride)] if kind == "fused" else
                      [conv(c, mid, 1), nn.BatchNorm2d(mid, 1e-3), activation(act), conv(mid, mid, kernel, stride, mid)])
            layers += [nn.BatchNorm2d(mid, 1e-3), activation(act)] + ([SqueezeExcite(mid, c // 4, act)] if se else [])
            layers += [conv(mid, k, 1), nn.BatchNorm2d(k, 1e-3)]
        self.body, self.residual = nn.Sequential(*layers), kind != "conv" and stride == 1 and c == k

    def forward(self, x):
        return x + self.body(x) if self.residual else self.body(x)


def gpunet(description, classes=1000, head=1280):
    c, stages = description
    layers = [conv(3, c, 3, 2), nn.BatchNorm2d(c, 1e-3), nn.SiLU(inplace=True)]
    for kind, kernel, expansion, se, act, n, width, stride in stages:
        for i in range(n):
            layers.append(Block(kind, kernel, expansion, se, act, c, width, stride if i == 0 else 1))
            c = width
    layers += [conv(c, head, 1), nn.BatchNorm2d(head, 1e-3), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
               nn.Linear(head, classes)]
    return nn.Sequential(*layers)


class Basic(nn.Module):
    def __init__(self, c, k, stride):
        super().__init__()
        self.body = nn.Sequential(conv(c, k, 3, stride), nn.BatchNorm2d(k), nn.ReLU(inplace=True), conv(k, k, 3), nn.BatchNorm2d(k))
        self.shortcut = nn.Sequential() if c == k and stride == 1 else nn.Sequential(conv(c, k, 1, stride), nn.BatchNorm2d(k))

    def forward(self, x):
        return F.relu(self.body(x) + self.shortcut(x))


def resnet20(classes=10):
    layers, c = [conv(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU(inplace=True)], 16
    for k in (16, 32, 64):
        for i in range(3):
            layers.append(Basic(c, k, 2 if i == 0 and k > 16 else 1))
            c = k
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.qkv, self.project, self.heads = nn.Linear(width, 3 * width), nn.Linear(width, width), heads

    def forward(self, x):
        n, length, width = x.shape
        q, k, v = self.qkv(x).reshape(n, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        scores = (q * (width // self.heads) ** -0.5) @ k.transpose(-2, -1)
        return self.project((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, length, width))


class EncoderBlock(nn.Module):
    """Attention and hidden layer with layer norms before them (ViT) or after the additions (BERT)."""

    def __init__(self, width, heads, hidden, norm_first, epsilon):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, epsilon), nn.LayerNorm(width, epsilon)
        self.attention, self.norm_first = Attention(width, heads), norm_first
        self.hidden = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, width))

    def forward(self, x):
        if self.norm_first:
            x = x + self.attention(self.norm1(x))
            return x + self.hidden(self.norm2(x))
        x = self.norm1(x + self.attention(x))
        return self.norm2(x + self.hidden(x))


class ViT(nn.Module):
    def __init__(self, patch=16, width=192, depth=12, heads=3, tokens=197, classes=1000):
        super().__init__()
        self.patches = nn.Conv2d(3, width, patch, patch)
        self.token, self.positions = nn.Parameter(torch.zeros(1, 1, width)), nn.Parameter(torch.randn(1, tokens, width) * 0.02)
        self.blocks = nn.Sequential(*(EncoderBlock(width, heads, 4 * width, True, 1e-5) for _ in range(depth)))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, classes)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.token.expand(x.shape[0], -1, -1), x), 1) + self.positions
        return self.head(self.norm(self.blocks(x))[:, 0])


class Bert(nn.Module):
    """The encoder of BERT behind its embedding, with a classifier on the first token."""

    def __init__(self, width=256, depth=4, heads=4, tokens=128, classes=2):
        super().__init__()
        self.positions, self.norm = nn.Parameter(torch.randn(1, tokens, width) * 0.02), nn.LayerNorm(width, 1e-12)
        self.blocks = nn.Sequential(*(EncoderBlock(width, heads, 4 * width, False, 1e-12) for _ in range(depth)))
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        return self.head(self.blocks(self.norm(x + self.positions))[:, 0])


def timed(step, seconds):
    for _ in range(3):
        step()
    times, begin, cpu_begin = [], time.perf_counter(), time.process_time()
    while len(times) < 5 or time.perf_counter() - begin < seconds:
        t = time.perf_counter()
        step()
        times.append((time.perf_counter() - t) * 1e3)
    return {"median_ms": round(statistics.median(times), 4), "best_ms": round(min(times), 4), "count": len(times),
            "mean_cpu_ms": round((time.process_time() - cpu_begin) * 1e3 / len(times), 4)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--cases", default="")
    parser.add_argument("--seconds", type=float, default=4)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    wanted = set(filter(None, args.cases.split(",")))
    loaded_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    memory_format = torch.channels_last if args.channels_last else torch.contiguous_format

    def report(case, step):
        if not wanted or case in wanted:
            line = {"case": case, "threads": args.threads, "parameters": parameters, **timed(step, args.seconds)}
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - loaded_kib
            print(json.dumps(line | {"step_rss_mib": round(grown / 1024, 1)}), flush=True)

    for name, make, batch, shape, classes in (("resnet20", resnet20, 64, (3, 32, 32), 10),
                                              ("gpunet1_224", lambda: gpunet(GPUNET1), 8, (3, 224, 224), 1000),
                                              ("vit_tiny_224", ViT, 16, (3, 224, 224), 1000),
                                              ("bert_mini_128", Bert, 16, (128, 256), 2)):
        if wanted and not any(case.startswith(name) for case in wanted):
            continue
        net = make().to(memory_format=memory_format)
        parameters = sum(p.numel() for p in net.parameters())
        layout = memory_format if len(shape) == 3 else torch.contiguous_format
        x = torch.randn(batch, *shape).contiguous(memory_format=layout)
        y = torch.randint(0, classes, (batch,))
        optimizer = torch.optim.SGD(net.parameters(), 0.01, momentum=0.9, weight_decay=5e-4)

        def train():
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(net(x), y).backward()
            optimizer.step()

        report(f"{name}_n{batch}_train", train)
        net.eval()
        one = x[:1].clone(memory_format=layout)
        with torch.no_grad():
            report(f"{name}_n1_infer_eager", lambda: net(one))
            frozen = torch.jit.freeze(torch.jit.trace(net, one))
            report(f"{name}_n1_infer_freeze", lambda: frozen(one))
            optimised = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(net, one)))
            report(f"{name}_n1_infer_ofi", lambda: optimised(one))


if __name__ == "__main__":
    main()
