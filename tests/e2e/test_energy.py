"""Memory and energy beside latency: as objectives, limits and columns; energy by fake counters and from a table."""
import csv
import pathlib
import tempfile
import threading
import unittest

import numpy as np
import program
from program import ROOT, Results, run

CONFIG = ROOT / "configs/smoke/score.yaml"
RANGE_UJ = 5_000_000


class Counters:
    """A folder like /sys/class/powercap whose one package takes 2 W or so, all the time, and begins again every few seconds."""

    def __init__(self, folder):
        self.zone = folder / "intel-rapl:0"
        self.zone.mkdir(parents=True)
        (self.zone / "name").write_text("package-0\n")
        (self.zone / "max_energy_range_uj").write_text(f"{RANGE_UJ}\n")
        self.energy_uj, self.stop = RANGE_UJ - 50_000, threading.Event()
        self.thread = threading.Thread(target=self.advance)
        self.write()

    def write(self):
        new = self.zone / "new"
        new.write_text(f"{self.energy_uj}\n")
        new.rename(self.zone / "energy_uj")

    def advance(self):
        while not self.stop.wait(0.001):
            self.energy_uj = (self.energy_uj + 2_000) % RANGE_UJ
            self.write()

    def __enter__(self):
        self.thread.start()
        return str(self.zone.parent)

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()


class EnergyTest(program.Smoke):
    config = str(CONFIG)

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hpnas_energy_"))

    def search(self, name, sets, ranks=0, code=0):
        words = ["search", CONFIG, "--output", self.folder / name, *[word for setting in sets for word in ("--set", setting)]]
        done = run(*words, ranks=ranks)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def found(self, name):
        """Encodings, and the columns of those that are ok."""
        candidates = Results(self.folder / name / "results.h5").candidates
        return candidates, candidates.decoded("status") == "ok"

    def table(self, source, name):
        """1 mJ per 10,000 parameters for all networks of a run but the last, whose name is returned."""
        candidates, ok = self.found(source)
        archs = Results(self.folder / source / "results.h5").ranking["arch"].tolist()
        ids = Results(self.folder / source / "results.h5").ranking["candidate_id"].tolist()
        path = self.folder / name
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["arch", "energy_mj"])
            for arch, number in zip(archs[:-1], ids):
                rows.writerow([arch, candidates["params"][number] / 1e4])
        return path, ids[-1]

    def test_measured_by_counters_on_two_ranks(self):
        with Counters(self.folder / "powercap") as powercap:
            done = self.search("rapl", [f"energy={{name: rapl, powercap: {powercap}, warmup_ms: 1, sample_ms: 10}}",
                                        "objective.objectives=[memory, energy]", "strategy={name: nsga2, population: 4}",
                                        "search.candidates=8"], ranks=2)
        candidates, ok = self.found("rapl")
        self.assertTrue(np.all(candidates["energy_mj"][ok] > 0))
        self.assertEqual(candidates.units["energy_mj"], "mJ")
        np.testing.assert_array_equal(candidates["objective_energy_mj"][ok], candidates["energy_mj"][ok])
        np.testing.assert_array_equal(candidates["objective_memory_bytes"][ok], candidates["memory_bytes"][ok])
        self.assertIn("energy (mJ)", done.stdout)
        # 2 W: a network of some tenths of a millisecond takes some tenths of a millijoule, and no sample saw the counter's end.
        self.assertLess(candidates["energy_mj"][ok].max(), RANGE_UJ / 1000 / 2)
        self.assertEqual(set(Results(self.folder / "rapl" / "results.h5").pareto.names()) & {"energy_mj", "memory_bytes"},
                         {"energy_mj", "memory_bytes"})

    def test_looked_up_in_a_table(self):
        all_listed = "ranking.finalists=100"
        self.search("plain", [all_listed])
        path, unknown = self.table("plain", "energy.csv")
        self.search("table", [all_listed, f"energy={{name: table, path: {path}}}", "objective.limits.max_energy_mj=10"])
        candidates, ok = self.found("table")
        self.assertGreater(ok.sum(), 0)
        self.assertTrue(np.all(candidates["energy_mj"][ok] == candidates["params"][ok] / 1e4))
        self.assertTrue(np.all(candidates["energy_mj"][ok] <= 10))
        reasons = " ".join(candidates["reason"][~ok])
        self.assertRegex(reasons, r"energy = [\d.]+ mJ is above the limit 10|energy: table: this network's is not known")
        # Another table is another run.
        path.write_text(path.read_text() + path.read_text().splitlines()[-1] + "\n")
        done = self.search("table", [all_listed, f"energy={{name: table, path: {path}}}", "objective.limits.max_energy_mj=10"], code=78)
        self.assertIn("facts.energy", done.stderr)

    def test_neither_counters_nor_table(self):
        empty = self.folder / "empty"
        empty.mkdir()
        for ranks in (0, 2):
            done = self.search("none", [f"energy={{name: rapl, powercap: {empty}}}"], ranks=ranks, code=78)
            self.assertEqual(done.stderr.count("found none"), 1, done.stderr)
            self.assertIn("energy: {name: table, path: FILE.csv}", done.stderr)
        self.assertIn("add the key 'energy'", self.search("none", ["objective.objectives=[energy]"], code=78).stderr)
        self.search("none", ["energy={name: table, path: /no/such/file.csv}"], code=66)

    def test_is_listed(self):
        self.assertIn("powercap", run("list", "energy").stdout)


if __name__ == "__main__":
    program.main()
