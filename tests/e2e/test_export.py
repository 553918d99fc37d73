"""Networks and weights for other programs: export, export-weights, import-weights."""
import re

import h5py
import numpy as np
import program
from program import run
from onnx_runtime import Runtime, find_library
from reader import read_weights

ARCH = ["--space", "smoke", "--arch", "1,1,1,1,1,1,1,2", "--task", "{classes: 10, channels: 3}"]


def metadata(path):
    """Keys and values of an ONNX file's metadata: length-prefixed strings of the fields 1 and 2 of field 14."""
    found = re.findall(rb"\x0a(.)(hpnas\.[a-z_.0-9]+)\x12(.)", path.read_bytes(), re.DOTALL)
    return {key.decode() for length, key, _ in found if length[0] == len(key)}


class ExportTest(program.Smoke):
    def export(self, name, *words, code=0):
        path = self.folder / name
        done = run("export", *words, "--onnx", path)
        self.assertEqual(done.returncode, code, done.stderr)
        return path, done

    def outputs(self, path, image):
        library = find_library()
        if library is None:
            self.skipTest("no ONNX Runtime")
        return Runtime(library).load(path).bind({"input": image}).run()[0]

    def test_a_ranked_network_of_a_run(self):
        self.search("run", ["search.candidates=3"])
        path, done = self.export("ranked.onnx", f"{self.folder}/run/results.h5#1")
        self.assertIn("weights: random, of seed 1", done.stdout)
        self.assertLessEqual({"hpnas.space", "hpnas.task", "hpnas.arch", "hpnas.encoding", "hpnas.run", "hpnas.candidate",
                              "hpnas.metric.val_top1", "hpnas.normalization.mean", "hpnas.batch_norm"}, metadata(path))
        _, done = self.export("none.onnx", f"{self.folder}/run/results.h5#9", code=65)
        self.assertIn("expected a rank in [1,", done.stderr)

    def test_layouts_batches_and_folding_are_one_function(self):
        image = np.random.default_rng(1).normal(size=(4, 3, 12, 12)).astype(np.float32)
        paths = {name: self.export(f"{name}.onnx", *ARCH, *words)[0] for name, words in
                 {"plain": [], "kept": ["--no-fold"], "nhwc": ["--layout", "nhwc"], "four": ["--batch", "4"]}.items()}
        expected = self.outputs(paths["plain"], image)
        self.assertEqual(expected.shape, (4, 10))
        for name in ("kept", "nhwc", "four"):
            got = self.outputs(paths[name], image.transpose(0, 2, 3, 1) if name == "nhwc" else image)
            self.assertLess(np.abs(got - expected).max(), 1e-4 * np.abs(expected).max(), name)

    def test_weights_travel(self):
        weights = self.folder / "weights.h5"
        self.assertEqual(run("export-weights", *ARCH, "--seed", 5, "--output", weights).returncode, 0)
        tensors = read_weights(weights)
        self.assertEqual(tensors["stages.0.blocks.0.conv1"]["weight"].shape[1:], (3, 3, 3))
        # Changed in numpy and written without any description, as from another program.
        plain, imported = self.folder / "plain.h5", self.folder / "imported.h5"
        with h5py.File(plain, "w") as file:
            for layer, parameters in tensors.items():
                for name, values in parameters.items():
                    file[f"{layer}/{name}"] = 2.0 * values.astype(np.float64)
        done = run("import-weights", plain, *ARCH, "--output", imported)
        self.assertEqual(done.returncode, 0, done.stderr)
        np.testing.assert_array_equal(read_weights(imported)["stages.0.blocks.0.conv1"]["weight"], 2 * tensors["stages.0.blocks.0.conv1"]["weight"])
        # The file says which network it belongs to.
        path, done = self.export("imported.onnx", "--weights", imported)
        self.assertIn(f"weights: {imported}", done.stdout)
        first = self.outputs(path, np.ones((1, 3, 12, 12), np.float32))
        other = self.outputs(self.export("other.onnx", "--weights", weights)[0], np.ones((1, 3, 12, 12), np.float32))
        self.assertGreater(np.abs(first - other).max(), 1e-3)

    def test_weights_that_do_not_fit_are_named(self):
        weights = self.folder / "some.h5"
        self.assertEqual(run("export-weights", *ARCH, "--output", weights).returncode, 0)
        with h5py.File(weights, "a") as file:
            del file["weights/stages.0.blocks.0.conv1/weight"]
            file["weights/stages.0.blocks.0.conv1/kernel"] = np.zeros(3)
        _, done = self.export("broken.onnx", "--weights", weights, code=65)
        self.assertIn("stages.0.blocks.0.conv1/weight: missing", done.stderr)
        self.assertIn("stages.0.blocks.0.conv1/kernel: the network has no such tensor", done.stderr)

    def test_mistakes(self):
        _, done = self.export("x.onnx", code=64)
        self.assertIn("which network?", done.stderr)
        _, done = self.export("x.onnx", "results", code=64)
        self.assertIn("RUN/results.h5#N", done.stderr)
        self.export("x.onnx", "--space", "smoke", "--arch", "nonsense", code=65)
        self.export("x.onnx", *ARCH, "--batch", "0", code=64)
        self.export("no/such/folder/x.onnx", *ARCH, code=73)
        self.export("x.onnx", "--weights", "/no/such/file.h5", code=66)


if __name__ == "__main__":
    program.main()
