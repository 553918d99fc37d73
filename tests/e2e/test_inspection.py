"""What the program says about itself, about architectures and about files: describe, list, info, --help, --version, --check."""
import json
import os
import pathlib
import re
import tempfile
import time
import unittest

import program
from program import CONFIG, ROOT, run

# One choice per slot of NVIDIA's 1.75ms.json ("-": an unused slot), see tests/space; its network has 25,798,704 parameters and, as
# published, 8,386,275,920 multiply-accumulates (torch 1.13 on the released checkpoint's layers).
GPUNET_2 = "v:384,32,3,relu,3,32,5,6,1,swish,1,112,3,3,0,swish,3,144,3,6,0,swish,6,160,5,3,0,relu,4,224,3,3,1,swish,8,832,5,2,0,relu,7"


def known_names(key):
    """Names that may stand at `key` of a configuration, as the message about a wrong one lists them."""
    stderr = run("search", CONFIG, "--set", f"{key}={{name: no_such_name}}").stderr
    return re.search(r"unknown name 'no_such_name'; known: ([a-z0-9_, ]+)", stderr).group(1).split(", ")


class DescribeTest(unittest.TestCase):
    def describe(self, *words):
        done = run("describe", *words, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_gpunet_2(self):
        published = self.describe("--space", "gpunet_networks", "--options", "{padding: as_built}", "--arch", "GPUNet-2")
        self.assertEqual((published["resolution"], published["params"], published["macs"]), (384, 25798704, 8386275920))
        network = self.describe("--space", "gpunet_networks", "--arch", "GPUNet-2")
        self.assertEqual((network["params"], network["macs"]), (25798704, 8708618240))
        encoded = self.describe("--arch", GPUNET_2)
        for key in ("params", "macs", "resolution"):
            self.assertEqual(encoded[key], network[key])
        self.assertEqual(encoded["values"].replace(" ", "").count(","), 40)

    def test_layers_add_up_and_fit_together(self):
        network = self.describe("--space", "gpunet_networks", "--arch", "GPUNet-2")
        self.assertLessEqual({"space", "arch", "values", "activation_bytes", "peak_activation_bytes"}, network.keys())
        layers = network["layers"]
        for key in ("params", "macs"):
            self.assertEqual(sum(layer[key] for layer in layers), network[key])
        self.assertEqual(layers[0]["input"], [384, 384, 3])
        self.assertEqual(layers[-1]["output"], [1000])
        for one, following in zip(layers, layers[1:]):
            self.assertEqual(one["output"], following["input"])

    def test_choices_and_values_name_the_same_network(self):
        by_choice = self.describe("--space", "smoke", "--arch", "1,1,1,1,1,1,1,2", "--classes", "10")
        by_value = self.describe("--space", "smoke", "--arch", by_choice["values"], "--classes", "10")
        self.assertEqual(by_choice, by_value)

    def test_sequences_show_their_inputs_and_counts_are_shown(self):
        bert = self.describe("--space", "bert", "--arch", "(11,11,704,736,1824)")
        self.assertEqual(bert["inputs"], [{"name": "tokens", "shape": [128]}, {"name": "segments", "shape": [128]}])
        done = run("describe", "--space", "asr", "--arch", "(5,3,5,4,5,3,3,3,3,4,2,216)")
        self.assertRegex(done.stdout, r"(?m)^input +\w+ \[\d+, \d+(, 1)?\]$", done.stderr)
        # DE-NAS's master structure by its own formulas: 6 layers, 101721 weights, 6550784 operations.
        master = ("SuperConvK3BNRELU(3,8,1,1)SuperResK3K3(8,16,1,8,1)SuperResK3K3(16,32,2,16,1)SuperResK3K3(32,64,2,32,1)"
                  "SuperResK3K3(64,64,2,32,1)SuperConvK1BNRELU(64,128,1,1)")
        network = self.describe("--space", "plainnet", "--classes", "100", "--arch", master)
        self.assertEqual((network["num_layers"], network["model_size"], network["flops"]), (6, 101721, 6550784))

    def test_table(self):
        done = run("describe", "--space", "gpunet_networks", "--arch", "GPUNet-2")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"(?m)^input +input \[384, 384, 3\]$")
        self.assertRegex(done.stdout, r"(?m)^params +25798704$")
        self.assertRegex(done.stdout, r"(?m)^MACs +8708618240$")


class ListTest(unittest.TestCase):
    def test_every_family_lists_what_a_configuration_may_name(self):
        families = {"spaces": "space", "strategies": "strategy", "objectives": "objective", "latency": "latency", "datasets": "data",
                    "optimizers": "training.optimizer", "schedules": "training.schedule"}
        for family, key in families.items():
            with self.subTest(family):
                done = run("list", family)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(re.findall(r"(?m)^(\w+)$", done.stdout), known_names(key))

    def test_operators(self):
        done = run("list", "operators")
        self.assertEqual(done.returncode, 0, done.stderr)
        listed = set(re.findall(r"(?m)^(\w+)$", done.stdout))
        self.assertLessEqual({"conv2d", "batch_norm", "relu", "swish", "sigmoid", "squeeze_excite", "add", "drop_path", "dropout",
                              "global_average_pool", "linear"}, listed)

    def test_keys_carry_type_range_default_and_meaning(self):
        done = run("list", "keys")
        self.assertRegex(done.stdout, r"search\.window +integer in \[1, 1000000\]; default 8\n +\S")
        self.assertRegex(done.stdout, r"output +text; required\n +\S")


class SelfTest(unittest.TestCase):
    def test_help_is_fast_and_starts_no_mpi(self):
        for words in (["--help"], ["search", "--help"], ["latency", "--help"], ["latency", "build", "--help"], ["describe", "--help"]):
            best = min(self.timed(words) for _ in range(3))
            self.assertLess(best, 1)

    def timed(self, words):
        start = time.monotonic()
        # Open MPI cannot start in a session directory that it may not create, so a --help that started it would fail.
        done = program.subprocess.run(program.command(*words), env={**os.environ, "TMPDIR": "/proc/nowhere"}, capture_output=True,
                                      text=True, timeout=program.LIMIT_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        self.assertIn("Usage:", done.stdout)
        return time.monotonic() - start

    def test_version(self):
        done = run("--version")
        self.assertEqual(done.returncode, 0)
        for name in ("program hpnas", "version ", "git_sha ", "compiler ", "hdf5_version ", "kernel_library oneDNN", "isa "):
            self.assertRegex(done.stdout, f"(?m)^{name}")


class CheckTest(unittest.TestCase):
    def test_check_estimates_and_writes_nothing(self):
        with tempfile.TemporaryDirectory(prefix="hpnas_e2e_") as folder:
            words = ["search", CONFIG, "--output", f"{folder}/run", "--set", f"latency.path={folder}/table.h5", "--check"]
            done = run(*words)
            self.assertEqual(done.returncode, 0, done.stderr)
            for line in ("ranks +1 on 1 node", "data +10 classes, images .32, 32, 3.; 128 to train, 100 to validate, 500 to test",
                         "space +smoke: 8 decisions", "of 44 blocks to measure", "candidate +about", "search +12 candidates, synchronous",
                         "output .*results.h5 about"):
                self.assertRegex(done.stdout, line)
            done = run("latency", CONFIG, "--set", f"latency.path={folder}/table.h5", "--check")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("44 of 44 blocks to measure", done.stdout)
            self.assertEqual(list(pathlib.Path(folder).iterdir()), [])

    def test_shipped_configurations_are_valid(self):
        for config in sorted([ROOT / "configs/quickstart.yaml", *(ROOT / "configs/search").glob("*.yaml")]):
            with self.subTest(config.name), tempfile.TemporaryDirectory(prefix="hpnas_e2e_") as folder:
                text = config.read_text()
                sets = []
                if "\n  name: table\n" in text:
                    sets += ["--set", f"latency.path={folder}/table.h5"]
                if "\ndata:" in text:
                    sets += ["--set", f"data.path={ROOT / 'configs/data/cifar10_sample'}", "--set", "data.validation_images=200"]
                if "name: vit" in text or "space: asr" in text or "space: bert" in text:
                    sets += ["--set", "objective.score=params"]  # the estimate scores networks, which take seconds each
                done = run("search", config, "--check", "--output", f"{folder}/run", *sets)
                self.assertEqual(done.returncode, 0, done.stderr)


class InfoTest(program.Smoke):
    def test_info_of_results_and_table(self):
        self.search("run", ["search.candidates=3"])
        done = run("info", self.folder / "run/results.h5")
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in ("schema_name: hpnas-results", "seed: 1", r"candidates/", r"latency_ms +\(3\) \[ms\]  \S", r"ranking/", r"encoding +\(3, 8\)"):
            self.assertRegex(done.stdout, line)
        done = run("info", self.table)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"median_ms +\(44\) \[ms\]")


if __name__ == "__main__":
    program.main()
