"""jobs/walkthrough.sh as a user runs it, on the shipped samples: from a search to the same outputs in ONNX Runtime, for each domain."""
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import h5py
import program
from onnx_runtime import find_library
from program import ROOT, Results, run

SEARCH = ["search.candidates=6", "objective.score.reference=6", "objective.batch=2", "strategy.population=4", "strategy.pool=2",
          "strategy.mutations=2", "strategy.crossovers=2", "strategy.immigrants=1", "latency.timing.samples=3"]
SMALL_VIT = ["space.depth=[1]", "space.embed=[96]"]
# Of each domain: more settings of the search and of the training, and the sizes of the last output of one example.
DOMAINS = {
    "images": (["objective.limits.counts.max_model_size=100000"], ["training.epochs=0.2"], (10,)),
    "vision": (SMALL_VIT, [*SMALL_VIT, "training.epochs=0.2"], (10,)),
    "text": ([], ["training.epochs=2"], (6,)),
    "speech": ([], ["training.epochs=1", "data.train_strings=64", "data.validation_strings=20", "data.test_strings=20"], (None, 13)),
}


def walk(*words):
    environment = {**program.environment(), "HPNAS_RANKS": "2", "HPNAS_BUILD": str(pathlib.Path(program.HPNAS).parent)}
    return subprocess.run([ROOT / "jobs/walkthrough.sh", *map(str, words)], env=environment, capture_output=True, text=True,
                          timeout=program.LIMIT_S, check=False)


def verify(network, outputs):
    return subprocess.run([ROOT / "jobs/verify_onnx", network, outputs], capture_output=True, text=True, timeout=program.LIMIT_S, check=False)


class WalkthroughTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hpnas_walkthrough_"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def walk_through(self, domain):
        """What the domain's walk left and printed; every command of it, in order."""
        search, train, sizes = DOMAINS[domain]
        output = self.folder / domain
        options = [word for name, settings in (("--search", SEARCH + search), ("--train", train)) for s in settings for word in (name, s)]
        done = walk(domain, "--output", output, *options)
        commands = re.findall(r"(?m)^\$ .*$", done.stdout)
        self.assertEqual(done.returncode, 0 if find_library() else 77, done.stderr + done.stdout)
        self.assertEqual(len(commands), 5)
        for command, word in zip(commands, (" search ", " train ", " evaluate ", " export ", "verify_onnx ")):
            self.assertIn(word, command)
        found, trained = (Results(output / name / "results.h5").ranking for name in ("search", "training"))
        self.assertEqual(trained["arch"][0], found["arch"][0])
        with h5py.File(output / "outputs.h5") as file:
            arrays = [*file["inputs"].values(), *file["outputs"].values()]
            self.assertEqual({len(array) for array in arrays}, {len(arrays[0])})
            self.assertEqual(arrays[-1].shape[-1], sizes[-1])
            self.assertEqual(arrays[-1].ndim, 1 + len(sizes))
        if find_library() is None:
            self.skipTest("no ONNX Runtime")
        return output, done.stdout

    def test_images(self):
        output, said = self.walk_through("images")
        self.assertRegex(said, r"output: ONNX Runtime [\d.]+ and hpnas agree in 64 of 64 largest values")
        # Other weights are told from those that were trained, and so is another network.
        for name, words in {"random": ["--space", "plainnet", "--arch", Results(output / "search/results.h5").ranking["arch"][0],
                                       "--task", "{classes: 10, resolution: 32}"],
                            "other": ["--space", "smoke", "--arch", "1,1,1,1,1,1,1,2"]}.items():
            self.assertEqual(run("export", *words, "--onnx", self.folder / f"{name}.onnx").returncode, 0)
            done = verify(self.folder / f"{name}.onnx", output / "outputs.h5")
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertRegex(done.stderr, r"not the same outputs|another network")

    def test_vision(self):
        self.assertIn("agree in 64 of 64 largest values", self.walk_through("vision")[1])

    def test_text(self):
        self.assertIn("agree in 60 of 60 largest values", self.walk_through("text")[1])

    def test_speech(self):
        _, said = self.walk_through("speech")
        self.assertRegex(said, r"output0: .* agree in 120 of 120")  # the decoder's, 20 strings of 6 tokens
        self.assertRegex(said, r"output1: .* agree in (\d+) of \1 ")  # CTC's, of every frame

    def test_mistakes(self):
        for words in ([], ["sounds"], ["text", "--output"], ["text", "--learn", "x=1"]):
            self.assertEqual(walk(*words).returncode, 64, words)
        output = self.folder / "none"
        done = walk("text", "--data", "/no/such/folder", "--output", output, "--train", "training.epochs=1",
                    *[word for setting in SEARCH for word in ("--search", setting)])
        self.assertEqual(done.returncode, 66, done.stderr)
        self.assertIn("/no/such/folder", done.stderr)

    def test_a_file_that_holds_no_outputs_is_named(self):
        path = self.folder / "no_outputs.h5"
        h5py.File(path, "w").close()
        if find_library() is None:
            self.skipTest("no ONNX Runtime")
        done = verify(self.folder / "no.onnx", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("hpnas evaluate RUN --outputs", done.stderr)


if __name__ == "__main__":
    program.main()
