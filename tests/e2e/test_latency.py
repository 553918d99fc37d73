"""Latency tables by command: build, report, export, import, merge; interrupted and continued."""
import csv
import re
import signal
import subprocess
import sys
import unittest

import numpy as np
import program
from onnx_runtime import find_library
from program import CONFIG, ROOT, run


class LatencyTest(program.Smoke):
    def latency(self, action, table, *files, sets=(), code=0):
        words = ["latency", action, CONFIG, *files, "--set", f"latency.path={table}"]
        for assignment in sets:
            words += ["--set", assignment]
        done = run(*words)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def rows(self, path):
        """Key and times of each block of an exported table; comments and order aside."""
        with open(path, encoding="utf-8") as file:
            return sorted(tuple(row) for row in csv.reader(line for line in file if not line.startswith("#")))

    def export(self, table, name):
        path = self.folder / name
        self.latency("export", table, path)
        return self.rows(path)

    def test_build_of_a_complete_table_measures_nothing(self):
        before = self.table.read_bytes()
        done = self.latency("build", self.table)
        self.assertNotIn("measuring", done.stderr)
        self.assertIn("44 blocks", done.stdout)
        self.assertEqual(self.table.read_bytes(), before)

    def test_times_of_another_runtime_make_a_table_to_search_with(self):
        if find_library() is None:
            self.skipTest("no ONNX Runtime")
        blocks, times, table = self.folder / "blocks", self.folder / "times.csv", self.folder / "onnx_table.h5"
        self.latency("onnx", table, blocks)
        measured = subprocess.run([sys.executable, ROOT / "analysis/measure_onnx.py", blocks, "--samples", "3", "--warmup-ms", "0",
                                   "--output", times], capture_output=True, text=True, check=False)
        self.assertEqual(measured.returncode, 0, measured.stderr)
        done = self.latency("import", table, times)
        self.assertRegex(done.stdout, "44 blocks on .*, ONNX Runtime, batch 1, 1 thread")
        before = self.rows(times)
        # Refused where nobody said that another device is meant; else used as it is.
        self.search("refused", [f"latency.path={table}", "search.candidates=2"], code=65)
        self.search("onnx", [f"latency.path={table}", "latency.force=true", "search.candidates=2"])
        self.assertTrue(np.all(np.isnan(self.results("onnx").ranking["measured_ms"])))
        after = self.folder / "after.csv"
        self.latency("export", table, after, sets=["latency.force=true"])
        self.assertEqual(self.rows(after), before)

    def test_export_import_round_trip(self):
        rows = self.export(self.table, "one.csv")
        self.assertEqual(len(rows), 44 + 1)  # and the header
        copy = self.folder / "imported.h5"
        self.latency("import", copy, self.folder / "one.csv")
        self.assertEqual(self.export(copy, "two.csv"), rows)

    def test_merge_adds_the_entries_of_another_table(self):
        whole = self.export(self.table, "whole.csv")
        text = (self.folder / "whole.csv").read_text().splitlines()
        start = next(i for i, line in enumerate(text) if not line.startswith("#")) + 1
        for name, part in (("first", text[start:start + 20]), ("second", text[start + 20:])):
            (self.folder / f"{name}.csv").write_text("\n".join([*text[:start], *part]) + "\n")
            done = self.latency("import", self.folder / f"{name}.h5", self.folder / f"{name}.csv")
            self.assertIn(f": {len(part)} blocks", done.stdout)
        merged = self.folder / "first.h5"
        self.assertIn(": 44 blocks", self.latency("merge", merged, self.folder / "second.h5").stdout)
        self.assertEqual(self.export(merged, "merged.csv"), whole)

    def test_report_compares_predicted_and_measured(self):
        done = self.latency("report", self.table)
        self.assertEqual(len(re.findall(r"(?m)^#\d+ ", done.stdout)), 5)  # calibration.judged
        self.assertRegex(done.stdout, r"5 networks not used for the fit: Spearman -?[\d.]+, .*MAPE [\d.]+ %")

    def test_other_files_are_refused(self):
        self.assertIn("nofile.csv", self.latency("import", self.table, "nofile.csv", code=66).stderr)
        (self.folder / "bad.csv").write_text("a,b\n1,2\n")
        self.assertIn("bad.csv", self.latency("import", self.table, self.folder / "bad.csv", code=65).stderr)
        self.latency("merge", self.table, CONFIG, code=65)
        self.assertIn("expected name: table", self.latency("build", self.table, sets=["latency={name: measured}", "screening.samples=0"],
                                                           code=78).stderr)

    def test_interrupted_build_goes_on(self):
        table = self.folder / "interrupted.h5"
        slow = ["latency.timing.warmup_ms=200"]  # 44 blocks: nine seconds at least
        with open(self.folder / "interrupted.log", "w", encoding="utf-8") as log:
            words = ["latency", CONFIG, "--set", f"latency.path={table}", "--set", slow[0]]
            process = program.subprocess.Popen(program.command(*words), cwd=program.ROOT, env=program.environment(), stderr=log)
            self.wait_for(lambda: "measuring 44 blocks" in self.log("interrupted"), process)
            program.time.sleep(0.5)  # some blocks; should none be done, the test still holds
            process.send_signal(signal.SIGUSR1)
            self.assertEqual(process.wait(program.LIMIT_S), 75, self.log("interrupted"))
        self.assertIn("run the same command again to continue", self.log("interrupted"))
        done = self.latency("build", table)
        known = int(re.search(r"measuring (\d+) blocks \((\d+) known\)", done.stderr).group(2))
        self.assertGreater(known, 0)
        self.assertIn("44 blocks", done.stdout)

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_ranks_build_one_table(self):
        table = self.folder / "ranks.h5"
        done = run("latency", CONFIG, "--set", f"latency.path={table}", ranks=2)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([row[:2] for row in self.export(table, "ranks.csv")], [row[:2] for row in self.export(self.table, "alone.csv")])


if __name__ == "__main__":
    program.main()
