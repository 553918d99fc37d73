"""Latency surrogates by command: measured, fitted, judged; interrupted and continued; used by a search."""
import re
import shutil
import signal
import tempfile
import pathlib
import unittest

import h5py
import numpy as np

import program
from program import run

CONFIG = str(program.ROOT / "configs/latency/surrogate_five_layer.yaml")
SMALL = ["space.channels=4", "task.resolution=8", "surrogate.networks=24", "surrogate.held_out=6", "surrogate.mlp.epochs=40",
         "latency.timing={warmup_ms: 0, min_sample_ms: 0.02, samples: 3}"]


class SurrogateTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hpnas_e2e_"))
        cls.file = cls.folder / "alone.h5"
        cls.first = run(*cls.words(cls.file))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @staticmethod
    def sets(path, sets=()):
        return [word for assignment in [*SMALL, f"latency.path={path}", *sets] for word in ("--set", assignment)]

    @classmethod
    def words(cls, path, sets=(), options=()):
        return ["latency", "surrogate", CONFIG, *cls.sets(path, sets), *options]

    def train(self, path, sets=(), code=0, ranks=0):
        done = run(*self.words(path, sets), ranks=ranks)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def pairs(self, path):
        """Encoding -> (time, held out)."""
        with h5py.File(path) as file:
            group = file["latency_surrogate"]
            return {tuple(x): (t, h) for x, t, h in zip(group["encoding"][()].tolist(), group["median_ms"], group["held_out"])}

    def test_measures_fits_and_reports(self):
        self.assertEqual(self.first.returncode, 0, self.first.stderr)
        self.assertIn("measuring 30 networks (0 known)", self.first.stderr)
        self.assertIn("30 networks on", self.first.stdout)
        self.assertIn("fitted to 24, judged by 6 others", self.first.stdout)
        for name in ("mean", "linear", "mlp"):
            self.assertRegex(self.first.stdout, rf"(?m)^{name} +[\d.]+ +[\d.]+ +(-?[\d.]+|nan)$")

    def test_the_file_says_what_it_holds(self):
        with h5py.File(self.file) as file:
            group = file["latency_surrogate"]
            self.assertEqual(group["median_ms"].attrs["units"], b"ms" if isinstance(group["median_ms"].attrs["units"], bytes) else "ms")
            self.assertEqual(group["encoding"].shape, (30, 5))
            self.assertEqual(int(group["held_out"][()].sum()), 6)
            self.assertEqual(group["linear/coefficients_ms"].shape, (15,))
            self.assertEqual([group[f"mlp/weights{i}"].shape for i in range(5)], [(15, 64), (64, 64), (64, 64), (64, 64), (64, 1)])
            # the ridge's normal equations, by numpy, from what is stored
            kept = group["held_out"][()] == 0
            x = np.zeros((int(kept.sum()), 16))
            x[:, 15] = 1
            for row, encoding in zip(x, group["encoding"][()][kept]):
                row[[3 * slot + choice for slot, choice in enumerate(encoding)]] = 1
            expected = np.linalg.solve(x.T @ x + np.eye(16), x.T @ group["median_ms"][()][kept])
            np.testing.assert_allclose(group["linear/coefficients_ms"][()], expected[:15], rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(group["linear"].attrs["offset_ms"], expected[15], rtol=1e-9)

    def test_a_second_run_measures_nothing_and_fits_the_same(self):
        copy = self.folder / "again.h5"
        shutil.copy(self.file, copy)
        done = self.train(copy)
        self.assertNotIn("measuring", done.stderr)
        self.assertEqual(copy.read_bytes(), self.file.read_bytes())
        self.assertEqual(done.stdout.split("\n")[1:], self.first.stdout.split("\n")[1:])

    def test_more_networks_keep_those_that_were_measured(self):
        copy = self.folder / "more.h5"
        shutil.copy(self.file, copy)
        done = self.train(copy, ["surrogate.networks=30"])
        self.assertIn("measuring 6 networks (30 known)", done.stderr)
        before, after = self.pairs(self.file), self.pairs(copy)
        self.assertEqual(len(after), 36)
        for encoding, pair in before.items():
            self.assertEqual(after[encoding], pair)

    def test_interrupted_measuring_goes_on(self):
        path = self.folder / "interrupted.h5"
        log = self.folder / "interrupted.log"
        with open(log, "w", encoding="utf-8") as stream:
            words = self.words(path, ["latency.timing.warmup_ms=300"])  # nine seconds at least
            process = program.subprocess.Popen(program.command(*words), cwd=program.ROOT, env=program.environment(), stderr=stream)
            deadline = program.time.monotonic() + program.LIMIT_S
            while "measuring 30 networks" not in log.read_text() and program.time.monotonic() < deadline:
                self.assertIsNone(process.poll(), "the program ended early")
                program.time.sleep(0.01)
            program.time.sleep(1)
            process.send_signal(signal.SIGUSR1)
            self.assertEqual(process.wait(program.LIMIT_S), 75, log.read_text())
        self.assertIn("run the same command again to continue", log.read_text())
        known = self.pairs(path)
        self.assertGreater(len(known), 0)
        done = self.train(path)
        self.assertIn(f"measuring {30 - len(known)} networks ({len(known)} known)", done.stderr)
        after = self.pairs(path)
        self.assertEqual({x: t for x, (t, _) in known.items()}, {x: after[x][0] for x in known})

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_ranks_measure_the_same_networks(self):
        path = self.folder / "ranks.h5"
        self.train(path, ranks=2)
        self.assertEqual({x: h for x, (_, h) in self.pairs(path).items()}, {x: h for x, (_, h) in self.pairs(self.file).items()})

    def test_a_search_predicts_by_it(self):
        for name in ("linear", "mlp"):
            words = ["search", CONFIG, *self.sets(self.file, [f"latency.name={name}", "search.candidates=6"]), "--output", self.folder / name]
            done = run(*words)
            self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
            latencies = program.Results(self.folder / name / "results.h5").candidates["latency_ms"]
            self.assertTrue(np.all(latencies > 0))
            self.assertTrue((self.folder / name / "latency.h5").exists())

    def test_mistakes_are_said(self):
        self.assertIn("linear or mlp", self.train(self.folder / "x.h5", ["latency={name: measured}"], code=78).stderr)
        self.assertIn("holds other latencies", self.train(self.file, ["space.channels=8"], code=65).stderr)
        self.assertIn("batch", self.train(self.file, ["latency.batch=2"], code=65).stderr)
        self.assertIn("too few", self.train(self.folder / "x.h5", ["surrogate.held_out=240"], code=78).stderr)
        missing = run("search", CONFIG, *self.sets(self.folder / "none.h5"), "--output", self.folder / "none")
        self.assertEqual(missing.returncode, 66, missing.stderr)
        self.assertIn("hpnas latency surrogate", missing.stderr)

    def test_check_measures_nothing(self):
        done = run(*self.words(self.folder / "check.h5", options=["--check"]))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("30 of 30 networks to measure", done.stdout)
        self.assertFalse((self.folder / "check.h5").exists())


if __name__ == "__main__":
    program.main()
