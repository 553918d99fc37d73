"""Exported networks in a client that is not ours, ONNX Runtime: operators, and random networks of every space.
usage: test_onnx_runtime.py WRITE_ONNX_CASES LIBRARY. Exit code 77 (skipped) if there is no library."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "analysis"))
from onnx_runtime import Runtime, find_library  # noqa: E402

WRITER = sys.argv[1]
TOLERANCE = 1e-4  # of the largest output: two orders above what float32 leaves after some fifty layers


class ExportedNetworksTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="hpnas_onnx_")
        subprocess.run([WRITER, cls.folder.name], check=True)
        cls.runtime = Runtime(find_library())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def array(self, entry):
        values = np.fromfile(pathlib.Path(self.folder.name) / entry["file"], dtype=np.float32)
        return values.reshape(entry["sizes"])

    def cases(self):
        return [json.loads(line) for line in (pathlib.Path(self.folder.name) / "cases.json").read_text().splitlines()]

    def check(self, session, case):
        names = [entry["name"] for entry in case["inputs"]]
        self.assertEqual(list(session.inputs), names)
        outputs = session.bind({entry["name"]: self.array(entry) for entry in case["inputs"]}).run()
        self.assertEqual(session.outputs, ["output"] if len(outputs) == 1 else [f"output{i}" for i in range(len(outputs))])
        for got, entry in zip(outputs, case["outputs"], strict=True):
            expected = self.array(entry)
            self.assertEqual(got.shape, expected.shape)
            scale = max(np.abs(expected).max(), 1e-3)
            self.assertLessEqual(np.abs(got - expected).max() / scale, TOLERANCE)

    def test_outputs_are_ours(self):
        sessions = {}
        cases = self.cases()
        self.assertGreater(len(cases), 100)
        for case in cases:
            with self.subTest(case["label"]):
                if case["model"] not in sessions:
                    sessions = {case["model"]: self.runtime.load(pathlib.Path(self.folder.name) / case["model"])}
                self.check(sessions[case["model"]], case)

    def test_outputs_of_spaces_depend_on_the_input(self):
        """Else the comparison would show little: samples of a batch differ by far more than the tolerance."""
        for case in self.cases():
            if case["label"].startswith("space.") and case["label"].endswith(".n3"):
                for entry in case["outputs"]:
                    values = self.array(entry)
                    self.assertGreater(np.abs(values - values[:1]).max() / np.abs(values).max(), 10 * TOLERANCE, case["label"])


if __name__ == "__main__":
    if find_library() is None:
        print("skipped: no ONNX Runtime here; jobs/setup.sh --tests fetches it by npm, or set ONNXRUNTIME_LIBRARY")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1], verbosity=1)
