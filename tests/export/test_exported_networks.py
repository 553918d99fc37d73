"""Exported networks in clients that are not ours, ONNX Runtime and PyTorch: operators, and random networks of every space.
usage: test_exported_networks.py WRITE_ONNX_CASES. Exit code 77 (skipped) if there is neither client."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "analysis"))
from onnx_runtime import Runtime, find_library  # noqa: E402

try:
    import torch
    from torch_graph import TorchGraph
except ImportError:
    TorchGraph = None  # python3-torch or python3-onnx is not installed

WRITER = sys.argv[1]
TOLERANCE = 1e-4  # of the largest output: two orders above what float32 leaves after some fifty layers


class ExportedNetworksTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="hpnas_onnx_")
        subprocess.run([WRITER, cls.folder.name], check=True)
        cls.cases = [json.loads(line) for line in (pathlib.Path(cls.folder.name) / "cases.json").read_text().splitlines()]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def array(self, entry):
        values = np.fromfile(pathlib.Path(self.folder.name) / entry["file"], dtype=np.float32)
        return values.reshape(entry["sizes"])

    def compare(self, load):
        """`load` makes a function from inputs by name to outputs of a file."""
        self.assertGreater(len(self.cases), 100)
        loaded, run = None, None
        for case in self.cases:
            with self.subTest(case["label"]):
                if case["model"] != loaded:
                    loaded, run = case["model"], load(pathlib.Path(self.folder.name) / case["model"])
                outputs = run({entry["name"]: self.array(entry) for entry in case["inputs"]})
                for got, entry in zip(outputs, case["outputs"], strict=True):
                    expected = self.array(entry)
                    self.assertEqual(got.shape, expected.shape)
                    self.assertLessEqual(np.abs(got - expected).max() / max(np.abs(expected).max(), 1e-3), TOLERANCE)

    @unittest.skipIf(find_library() is None, "no ONNX Runtime")
    def test_onnx_runtime_gives_our_outputs(self):
        runtime = Runtime(find_library())

        def load(path):
            session = runtime.load(path)
            names = session.outputs
            self.assertEqual(names, ["output"] if len(names) == 1 else [f"output{i}" for i in range(len(names))])
            return lambda arrays: session.bind(arrays).run()

        self.compare(load)

    @unittest.skipIf(TorchGraph is None, "no python3-torch or python3-onnx")
    def test_pytorch_gives_our_outputs(self):
        def load(path):
            module = TorchGraph(path).eval()

            def run(arrays):
                outputs = module(*[torch.from_numpy(arrays[name].astype(kind)) for name, (kind, _) in module.inputs.items()])
                return [output.numpy() for output in (outputs if isinstance(outputs, tuple) else (outputs,))]
            return run

        with torch.inference_mode():
            self.compare(load)

    def test_outputs_of_spaces_depend_on_the_input(self):
        """Else the comparison would show little: samples of a batch differ by far more than the tolerance."""
        for case in self.cases:
            if case["label"].startswith("space.") and case["label"].endswith(".n3"):
                for entry in case["outputs"]:
                    values = self.array(entry)
                    self.assertGreater(np.abs(values - values[:1]).max() / np.abs(values).max(), 10 * TOLERANCE, case["label"])


if __name__ == "__main__":
    if find_library() is None and TorchGraph is None:
        print("skipped: no ONNX Runtime here; jobs/setup.sh --tests fetches it by npm, or set ONNXRUNTIME_LIBRARY")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1], verbosity=1)
