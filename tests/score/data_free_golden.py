#!/usr/bin/env python3
"""Writes data_free_golden.hpp: what PyTorch gives in float64 for the data-free scores of the network of
data_free_network.hpp, whose weights and images are drawn here by the formulas of hpnas::Rng and kernel::fill_normal.

Usage: /usr/bin/python3 data_free_golden.py > data_free_golden.hpp     (needs python3-torch and python3-xxhash)
"""
import math

import torch
import torch.nn.functional as F
import xxhash

torch.set_num_threads(1)
MASK, SEED, BATCH = 0xFFFFFFFF, 5, 4


def philox4(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [(b >> 32) ^ c[1] ^ k[0], b & MASK, (a >> 32) ^ c[3] ^ k[1], a & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def words(purpose, identifier):
    block = 0
    while True:
        yield from philox4([block, purpose, identifier & MASK, identifier >> 32], [SEED & MASK, SEED >> 32])
        block += 1


def rng(purpose, salt=0):
    return words(9, xxhash.xxh3_64_intdigest(purpose, salt))


def philox2(pair, high, key):
    left, right = pair & MASK, (pair >> 32) ^ high
    for _ in range(7):
        product = left * 0xD256D193
        left, right = (product >> 32) ^ right ^ key, product & MASK
        key = (key + 0x9E3779B9) & MASK
    return left, right


def normal(source, count):
    low, high = next(source), next(source)
    values = []
    for group in range(0, count, 32):
        cosines, sines = [], []
        for lane in range(16):
            a, b = (philox2(group // 2 + lane // 2 + half, high, low) for half in (0, 8))
            length, angle = (a if lane % 2 == 0 else b)
            radius = math.sqrt(-2 * math.log(((length >> 8) + 1) / 2**24))
            x = (((angle >> 6) & 0xFFFFFF) - 2**23 + 0.5) * math.pi / 2**25 + (angle >> 30) * math.pi / 2
            cosines.append(radius * math.cos(x))
            sines.append(radius * math.sin(x))
        values += cosines + sines
    return torch.tensor(values[:count], dtype=torch.float64)


def uniform(name, count, bound):
    source = words(1, xxhash.xxh3_64_intdigest(name, 0))
    return torch.tensor([-bound + 2 * bound * (next(source) + 0.5) / 2**32 for _ in range(count)], dtype=torch.float64)


# name: (out, kernel, in)
LAYERS = {"stem.conv": (4, 3, 3), "a.conv": (4, 3, 4), "b.conv1": (6, 3, 4), "b.conv2": (6, 3, 6), "b.shortcut": (6, 1, 4),
          "head.fc": (3, 1, 6)}


def shaped(values, name):
    k, size, c = LAYERS[name]
    if name == "head.fc":
        return values.reshape(k, c)
    return values.reshape(k, size, size, c).permute(0, 3, 1, 2).contiguous()


def normal_weights(purpose, scale):
    weights = {}
    for name, (k, size, c) in LAYERS.items():
        deviation = 1 if scale == "unit" else math.sqrt(2 / (size * size * c))
        weights[name] = shaped(normal(rng(f"{purpose}/{name}.weight"), k * size * size * c) * deviation, name)
    return weights


def standard_weights():
    weights = {}
    for name, (k, size, c) in LAYERS.items():
        bound = 1 / math.sqrt(size * size * c)
        weights[name] = shaped(uniform(f"{name}.weight", k * size * size * c, bound), name)
    weights["head.bias"] = uniform("head.fc.bias", 3, 1 / math.sqrt(6))
    return weights


def images(source, n, side=8):
    return normal(source, n * side * side * 3).reshape(n, side, side, 3).permute(0, 3, 1, 2).contiguous()


class Net:
    """The network; keeps the variances of the batch norms and the features of the blocks."""

    def __init__(self, weights, links=True, norms=True, activations=True):
        self.w, self.links, self.norms, self.activations = weights, links, norms, activations
        self.variances, self.features = [], []

    def norm(self, x):
        if not self.norms:
            return x
        self.variances.append(x.var((0, 2, 3), unbiased=True))
        return F.batch_norm(x, None, None, training=True, eps=1e-5)

    def relu(self, x):
        return F.relu(x) if self.activations else x

    def conv(self, name, x, stride=1):
        return F.conv2d(x, self.w[name], None, stride, LAYERS[name][1] // 2)

    def body(self, x):
        x = self.norm(self.conv("stem.conv", x))
        self.features.append(x)
        y = self.norm(self.conv("a.conv", self.relu(x)))
        x = x + y if self.links else y
        self.features.append(x)
        y = self.norm(self.conv("b.conv1", self.relu(x), 2))
        y = self.norm(self.conv("b.conv2", self.relu(y)))
        x = y + self.conv("b.shortcut", F.avg_pool2d(x, 2)) if self.links else y
        self.features.append(x)
        return self.relu(self.norm(x))

    def logits(self, x):
        return F.linear(self.body(x).mean((2, 3)), self.w["head.fc"], self.w.get("head.bias"))


def zen(links):
    repeats, terms = 2, []
    for r in range(repeats):
        purpose = f"perturbation/{r}"
        net = Net(normal_weights(purpose, "unit"), links)
        a = images(rng(purpose + "/images/0"), BATCH)
        b = images(rng(purpose + "/change/0"), BATCH)
        first = net.body(a)
        variances = net.variances
        difference = (first - Net(net.w, links).body(a + 0.01 * b)).abs().sum() / BATCH
        terms.append((math.log(difference), sum(0.5 * math.log(v.mean()) for v in variances)))
    return sum(a + b for a, b in terms) / repeats, sum(a for a, _ in terms) / repeats


def zen_reference_code():
    running, terms = None, []
    for r in range(2):
        purpose = f"perturbation/{r}"
        weights = normal_weights(purpose, "unit")
        a = images(rng(purpose + "/images/0"), BATCH)
        b = a + 0.01 * images(rng(purpose + "/change/0"), BATCH)
        outputs = []
        for x in (a, b):
            net = Net(weights, False)
            outputs.append(net.body(x))
            running = running or [torch.ones_like(v) for v in net.variances]
            running = [0.9 * old + 0.1 * new for old, new in zip(running, net.variances)]
        difference = (outputs[0] - outputs[1]).abs().sum() / BATCH
        terms.append(math.log(difference) + sum(0.5 * math.log(v.mean()) for v in running))
    return sum(terms) / 2


def flow(weights, per_channel):
    weights = {name: w.abs().requires_grad_() for name, w in weights.items()}
    Net(weights, norms=False, activations=False).logits(torch.ones(1, 3, 8, 8, dtype=torch.float64)).sum().backward()
    products = {name: (weights[name] * weights[name].grad).sum() for name in LAYERS}
    return math.log(sum(p / (LAYERS[n][0] if per_channel else 1) for n, p in products.items()))


def az():
    net = Net(leaves(normal_weights("az_nas", "fan_in")))
    net.body(images(rng("az_nas/input/0", 0), BATCH))
    entropies = []
    for feature in net.features:
        x = feature.detach().permute(0, 2, 3, 1).reshape(-1, feature.shape[1])
        x = x - x.mean(0)
        values = torch.linalg.eigvalsh(x.t() @ x / x.shape[0])
        p = values / values.sum()
        entropies.append(float(-(p * (p + 1e-8).log()).sum()))
    trainabilities = []
    for name, before, after in (("a.add", *net.features[0:2]), ("b.add", *net.features[1:3])):
        n, c, h, w = after.shape
        source, signs, bits = rng("az_nas/signs/" + name), [], 0
        for i in range(after.numel()):
            bits = next(source) if i % 32 == 0 else bits >> 1
            signs.append(1.0 if bits & 1 else -1.0)
        out = torch.tensor(signs, dtype=torch.float64).reshape(n, h, w, c).permute(0, 3, 1, 2)
        back = torch.autograd.grad(after, before, out, retain_graph=True)[0]
        if back.shape[2] != h:
            back = F.pixel_unshuffle(back, back.shape[2] // h)
        rows = [g.permute(0, 2, 3, 1).reshape(n * h * w, -1) for g in (back, out)]
        s = float(torch.linalg.svdvals(rows[0].t() @ rows[1] / (n * h * w)).max())
        trainabilities.append(2 - s - 1 / (s + 1e-6))
    growth = [b - a for a, b in zip(entropies, entropies[1:])]
    return sum(entropies), min(growth), sum(trainabilities) / 2


def leaves(weights):
    return {name: w.clone().requires_grad_() for name, w in weights.items()}


def nuclear(matrix):
    return float(torch.linalg.svdvals(matrix.reshape(matrix.shape[0], -1)).sum())


def diversity(norm):
    weights = leaves(standard_weights())
    Net(weights).logits(images(rng("diversity/input/0", 0), BATCH)).sum().backward()
    return math.log(sum(norm(weights[n].detach()) * norm(weights[n].grad) for n in LAYERS))


def main():
    results = {"zen": zen(False)[0], "expressivity": zen(False)[1], "zen_with_links": zen(True)[0],
               "zen_reference_code": zen_reference_code(), "synflow": flow(standard_weights(), False),
               "saliency": flow(normal_weights("flow", "unit"), True)}
    results.update(zip(("az_expressivity", "az_progressivity", "az_trainability"), az()))
    results.update(diversity=diversity(nuclear), diversity_frobenius=diversity(lambda m: float(m.norm())))
    print("#pragma once\n")
    print(f"/// Written by data_free_golden.py with PyTorch {torch.__version__}; see there for the problems.")
    print("namespace hpnas::golden {\n")
    for name, value in results.items():
        print(f"inline constexpr double {name} = {value:.12g};")
    print("\n}  // namespace hpnas::golden")


if __name__ == "__main__":
    main()
