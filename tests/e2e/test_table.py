"""A search over tabulated results: no data set, no latencies, no networks; two objectives and the growth of their front."""
import itertools
import pathlib
import subprocess
import tempfile
import unittest

import numpy as np

import program
from program import ROOT, Results

CONFIG = ROOT / "configs/tabular/nb_macro.yaml"


def write_table(path):
    """Eight symbols; more work is more accurate, with diminishing returns, and the early positions count most."""
    with open(path, "w") as file:
        file.write("arch,mean_acc,macs,params\n")
        for word in itertools.product("012", repeat=8):
            work = [int(symbol) for symbol in word]
            accuracy = 80 + sum(2 * w ** 0.5 / (i + 1) for i, w in enumerate(work))
            file.write(f"{''.join(word)},{accuracy},{1 + sum(work)},{10 + sum(work)}\n")


class TableTest(unittest.TestCase):
    def test_front_is_found_and_does_not_depend_on_the_ranks(self):
        with tempfile.TemporaryDirectory(prefix="hpnas_e2e_") as name:
            folder = pathlib.Path(name)
            write_table(folder / "table.csv")
            words = ["search", CONFIG, "--set", f"objective.path={folder}/table.csv", "--output"]
            for extra in (["--check"], []):
                done = subprocess.run(program.command(*words, folder / "one", *extra), env=program.environment(),
                                      capture_output=True, text=True, timeout=program.LIMIT_S, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stdout, r"rank candidate +mean_acc +macs  architecture\n +\*1 +\d+ +[89][\d.]+ +\d+  [012]{8}\n")
            self.assertIn("'*': on the Pareto front", done.stdout)
            self.assertIn("400 networks looked up, 0 failed, 0 not in the table", done.stdout)
            one = Results(str(folder / "one/results.h5"))
            self.assertEqual(len(one.candidates), 400)
            self.assertTrue(one.ok().all())
            self.assertIn("minus_mean_acc", one.pareto.names())
            self.assertIn("macs", one.pareto.names())
            growth, rows = (one.table("hypervolume")[name] for name in ("hypervolume", "row"))
            self.assertTrue(np.all(np.diff(growth) > 0))
            self.assertGreater(growth[-1], 0.5)
            generations = one.table("hypervolume/generations")
            self.assertEqual(generations["candidates"].sum(), 400)
            self.assertTrue(np.all(np.diff(generations["hypervolume"]) >= 0))
            self.assertEqual(generations["hypervolume"][-1], growth[-1])
            for generation, dominated in zip(generations["generation"], generations["hypervolume"]):
                self.assertEqual(dominated, growth[one.candidates["generation"][rows] <= generation][-1])
            if program.MPIRUN:
                subprocess.run(program.command(*words, folder / "two", ranks=2), env=program.environment(),
                               capture_output=True, timeout=program.LIMIT_S, check=True)
                two = Results(str(folder / "two/results.h5"))
                np.testing.assert_array_equal(one.candidates["encoding"], two.candidates["encoding"])

    def test_a_run_is_not_continued_with_another_table(self):
        with tempfile.TemporaryDirectory(prefix="hpnas_e2e_") as name:
            folder = pathlib.Path(name)
            write_table(folder / "table.csv")
            words = ["search", CONFIG, "--set", f"objective.path={folder}/table.csv", "--set", "search.candidates=20", "--output", folder / "run"]
            self.assertEqual(program.run(*words).returncode, 0)
            table = (folder / "table.csv").read_text()
            (folder / "table.csv").write_text(table.replace("00000000,80.0", "00000000,81.0"))
            self.assertNotEqual((folder / "table.csv").read_text(), table)
            done = program.run(*words)
            self.assertEqual(done.returncode, 78, done.stderr)
            self.assertRegex(done.stderr, r"facts.table: run has x[0-9a-f]{16}, now x[0-9a-f]{16}")


if __name__ == "__main__":
    program.main()
