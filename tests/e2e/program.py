"""Runs the program for the end-to-end tests. Every test file is run as: python3 test_x.py HPNAS [MPIRUN]."""
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "analysis"))
from reader import Results  # noqa: E402

HPNAS = sys.argv[1] if len(sys.argv) > 1 else ""
MPIRUN = sys.argv[2] if len(sys.argv) > 2 else ""
CONFIG = str(ROOT / "configs/smoke/search.yaml")
LIMIT_S = 100  # no single command may take longer, however busy the machine

# Candidates of some tenths of a second, to be cut short in the middle; with ENDLESS in a run that cannot end before that.
SLOW = ["training.epochs=60"]
ENDLESS = [*SLOW, "search.candidates=1000"]


def main():
    unittest.main(argv=sys.argv[:1], verbosity=2)


def command(*words, ranks=0):
    launcher = [MPIRUN, "-q", "-n", str(ranks), "--oversubscribe", "--bind-to", "none"] if ranks else []
    return [*launcher, HPNAS, *map(str, words)]


def environment():
    # Ranks that share cores must not spin while they wait.
    return {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "OMPI_ALLOW_RUN_AS_ROOT": "1",
            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            "OMPI_MCA_ess_singleton_isolated": "1"}  # no daemon for a process started without mpirun: half the start-up time


def run(*words, ranks=0, cwd=ROOT):
    """The completed process, with its output as text."""
    return subprocess.run(command(*words, ranks=ranks), cwd=cwd, env=environment(), capture_output=True, text=True, timeout=LIMIT_S,
                          check=False)


def write_png(path, side, colour):
    path.parent.mkdir(parents=True, exist_ok=True)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + bytes(colour) * side for _ in range(side))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class Smoke(unittest.TestCase):
    """A folder of its own and a latency table made once: times differ from build to build, and results depend on them."""

    config = CONFIG

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hpnas_e2e_"))
        cls.table = cls.folder / "table.h5"
        made = run("latency", cls.config, "--set", f"latency.path={cls.table}")
        if made.returncode != 0:
            raise RuntimeError(f"no latency table: {made.stderr}")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def words(self, name, sets=(), options=()):
        words = ["search", self.config, "--output", self.folder / name, "--set", f"latency.path={self.table}"]
        for assignment in sets:
            words += ["--set", assignment]
        return [*words, *options]

    def search(self, name, sets=(), options=(), ranks=0, code=0):
        done = run(*self.words(name, sets, options), ranks=ranks)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def start(self, name, sets=(), options=(), ranks=0):
        """A search in the background; its messages go to NAME.log."""
        with open(self.folder / f"{name}.log", "a", encoding="utf-8") as log:
            return subprocess.Popen(command(*self.words(name, sets, options), ranks=ranks), cwd=ROOT, env=environment(), stdout=log,
                                    stderr=log)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text()

    def results(self, name):
        return Results(self.folder / name / "results.h5")

    def n_evaluated(self, name):
        """Candidates in the result file, which has to be whole whenever it is there."""
        path = self.folder / name / "results.h5"
        return len(Results(path).candidates) if path.exists() else 0

    def wait_for(self, condition, process):
        """Polls until `condition` holds; fails if the process ends before."""
        deadline = time.monotonic() + LIMIT_S
        while not condition():
            self.assertIsNone(process.poll(), "the program ended early")
            self.assertLess(time.monotonic(), deadline, "the program is too slow")
            time.sleep(0.01)

    def wait_for_candidates(self, name, n, process):
        self.wait_for(lambda: self.n_evaluated(name) >= n, process)

    def assert_same_candidates(self, one, other, n=12):
        """The first n candidates are equal bit for bit in every column: what a clock wrote is under /timing."""
        a, b = self.results(one).candidates, self.results(other).candidates
        self.assertEqual(a.names(), b.names())
        self.assertTrue(np.all(a["candidate_id"] == np.arange(len(a))))
        self.assertGreaterEqual(min(len(a), len(b)), n)
        for name in a.names():
            x, y = a[name][:n], b[name][:n]
            self.assertEqual(x.tolist() if x.dtype.kind == "U" else x.tobytes(), y.tolist() if y.dtype.kind == "U" else y.tobytes(),
                             f"/candidates/{name}: {x} against {y}")

    def event_kinds(self, name):
        return self.results(name).table("timing/events").decoded("kind").tolist()
