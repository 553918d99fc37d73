"""Tests of analysis/: test_reader.py WRITE_SAMPLE, the program that writes the file with the content expected here."""
import os
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

ANALYSIS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "analysis")
sys.path.insert(0, ANALYSIS)
from reader import FormatError, Results  # noqa: E402

WRITE_SAMPLE = sys.argv.pop(1) if len(sys.argv) > 1 else "write_sample"


class ReaderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.path = os.path.join(cls.directory.name, "results.h5")
        subprocess.run([WRITE_SAMPLE, cls.path], check=True)
        cls.results = Results(cls.path)

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def test_columns_are_arrays_with_units(self):
        candidates = self.results.candidates
        self.assertEqual(len(candidates), 4)
        np.testing.assert_array_equal(candidates["candidate_id"], [0, 1, 2, 3])
        np.testing.assert_array_equal(candidates["encoding"], [[0, 0], [1, 1], [2, 0], [0, 1]])
        np.testing.assert_array_equal(candidates["latency"], [2, 2.5, np.nan, 3])
        self.assertEqual(candidates.units["latency"], "ms")
        self.assertEqual(candidates.label("latency"), "latency (ms)")
        self.assertEqual(candidates.label("loss"), "loss")
        self.assertEqual(candidates.long_names["accuracy"], "top-1")

    def test_codes_become_words(self):
        self.assertEqual(list(self.results.candidates.decoded("status")), ["ok", "ok", "failed", "ok"])
        self.assertEqual(list(self.results.space.decoded("ordered")), ["ordered", "categorical"])
        np.testing.assert_array_equal(self.results.ok(), [True, True, False, True])

    def test_text_is_str(self):
        self.assertEqual(self.results.candidates["reason"][2], "loss became NaN")
        self.assertEqual(list(self.results.space["name"]), ["depth", "activation"])
        self.assertIn("strategy", self.results.config)
        self.assertEqual(self.results.attributes["program"], "hpnas")
        self.assertEqual(self.results.provenance["command_line"], "hpnas search x.yaml")

    def test_front_points_into_the_candidates(self):
        np.testing.assert_array_equal(self.results.pareto["row"], [0, 3])
        rows = self.results.pareto["row"]
        np.testing.assert_array_equal(self.results.pareto["accuracy"], self.results.candidates["accuracy"][rows])

    def test_measured_times_stand_apart(self):
        self.assertNotIn("train_seconds", self.results.candidates)
        np.testing.assert_array_equal(self.results.timing["train_seconds"], [np.nan, np.nan, np.nan, 12.5])
        np.testing.assert_array_equal(self.results.timing["wall"], [0.25, 0.5, 0, 1.0])

    def test_optional_groups_are_none_if_missing(self):
        np.testing.assert_array_equal(self.results.ranking["candidate_id"], [3, 0])
        np.testing.assert_array_equal(self.results.table("screening/buckets")["lower"], [1, 2])
        self.assertIsNone(self.results.table("latency_table"))

    def test_another_schema_is_refused(self):
        path = os.path.join(self.directory.name, "other.h5")
        with h5py.File(path, "w") as file:
            file.attrs["schema_name"] = "hpnas-results"
            file.attrs["schema_version"] = "2.0.0"
        with self.assertRaisesRegex(FormatError, "got hpnas-results 2.0.0"):
            Results(path)

    def test_axes_are_named_for_xarray(self):
        with h5py.File(self.path, "r") as file:
            self.assertEqual(file["candidates/encoding"].dims[0].keys(), ["candidate_id"])
            self.assertEqual(file["candidates/encoding"].dims[1].keys(), ["gene"])
            self.assertTrue(file["candidates/latency"].fletcher32)

    def test_figure_shows_all_ok_candidates_and_the_front(self):
        png = os.path.join(self.directory.name, "out.png")
        script = os.path.join(ANALYSIS, "figure_pareto.py")
        run = subprocess.run([sys.executable, script, self.path, png], check=True, capture_output=True, text=True)
        self.assertIn("3 candidates, 2 on the front", run.stdout)
        with open(png, "rb") as file:
            self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")

    def test_growth_of_the_hypervolume_is_stored(self):
        growth = self.results.table("hypervolume")
        self.assertEqual(growth["candidate_id"][0], 0)
        self.assertTrue(np.all(np.diff(growth["hypervolume"]) > 0))
        self.assertTrue(np.all((growth["hypervolume"] > 0) & (growth["hypervolume"] <= 1)))

    def test_figure_of_strategies_has_a_curve_for_each(self):
        table = os.path.join(self.directory.name, "curves.csv")
        with open(table, "w") as file:
            file.write("case,strategy,evaluations,mean,ci95\n")
            for name in ("random", "bayes"):
                file.writelines(f'"a, b","{name}",{i},{1 / i},0.1\n' for i in range(1, 20))
        script = os.path.join(ANALYSIS, "figure_strategies.py")
        run = subprocess.run([sys.executable, script, table, os.path.join(self.directory.name, "curves.png")],
                             check=True, capture_output=True, text=True)
        self.assertIn("1 tables, 2 curves", run.stdout)


if __name__ == "__main__":
    unittest.main()
