"""Train-free scores: searches by them on every domain of DE-NAS, and scoring lists of architectures."""
import csv
import pathlib
import re
import shutil
import signal
import tempfile
import time
import unittest

import numpy as np

import program
from program import ROOT, Results

CONFIG = str(ROOT / "configs/smoke/score.yaml")
DOMAINS = {
    "cnn": "space={name: plainnet, profile: denas, resolution: 16}",
    "vit": "space={name: vit, profile: tiny, resolution: 32, depth: [1, 2], mlp: [1, 2], heads: [1, 2], embed: [16, 24, 32]}",
    "bert": "space={name: bert, layers: [1, 2], heads: [1, 2], hidden: [16, 32, 48], ffn: [32, 64], sequence: 8, vocabulary: 64}",
    "asr": "space={name: asr, depth: {from: 1, to: 2}, d_model: [24, 48], frames: 64, mels: 16, tokens: 4, vocabulary: 40, "
           "decoder_layers: 1, decoder_heads: 2, decoder_ffn: 32}",
}
CELLS = ["|nor_conv_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|skip_connect~0|none~1|nor_conv_3x3~2|",
         "|avg_pool_3x3~0|+|nor_conv_1x1~0|none~1|+|skip_connect~0|none~1|nor_conv_3x3~2|",
         "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
         "|nor_conv_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"]


class ScoreTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hpnas_e2e_"))
        cls.archs = cls.folder / "archs.txt"
        cls.archs.write_text("\n".join(CELLS) + "\n")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def search(self, name, *sets, ranks=0, code=0, options=()):
        words = ["search", CONFIG, "--output", self.folder / name, *options]
        for assignment in sets:
            words += ["--set", assignment]
        done = program.run(*words, ranks=ranks)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def results(self, name):
        return Results(self.folder / name / "results.h5")

    def words(self, output, *options, archs=None):
        return ["score", "--space", "nasbench201", "--space-options", "{cells: 1}", "--archs", archs or self.archs, "--batch", 4, "--output",
                self.folder / output, *options]

    def score(self, output, *options, ranks=0, code=0, archs=None):
        done = program.run(*self.words(output, *options, archs=archs), ranks=ranks)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def rows(self, output):
        with open(self.folder / output, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


class SearchTest(ScoreTest):
    def test_every_domain_gives_a_ranked_list(self):
        for domain, space in DOMAINS.items():
            with self.subTest(domain):
                done = self.search(domain, space)
                ranking = self.results(domain).table("ranking")
                self.assertEqual(ranking["rank"].tolist(), [1, 2, 3, 4, 5][:len(ranking)], done.stdout)
                self.assertTrue(np.all(np.diff(ranking["objective_de_score"]) <= 0))
                self.assertTrue(np.all(ranking["params"] <= 150000))
                self.assertEqual(len(self.results(domain).table("reference")), 8)
                self.assertRegex(done.stdout, r"rank candidate +de_score +params +MACs +architecture")

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_one_two_and_four_ranks_find_the_same(self):
        for ranks in (1, 2, 4):
            self.search(f"ranks{ranks}", ranks=ranks)
        one = self.results("ranks1")
        for other in (self.results("ranks2"), self.results("ranks4")):
            for table in ("candidates", "reference"):
                for name in one.table(table).names():
                    x, y = one.table(table)[name], other.table(table)[name]
                    self.assertEqual(x.tobytes() if x.dtype.kind != "U" else x.tolist(), y.tobytes() if y.dtype.kind != "U" else y.tolist(),
                                     f"{table}/{name}")

    def test_a_continued_search_takes_its_reference_from_the_journal(self):
        self.search("whole")
        self.search("parts", "search.candidates=7")
        done = self.search("parts")
        self.assertNotIn("scoring a reference sample", done.stderr)
        for name in ("encoding", "de_score"):
            np.testing.assert_array_equal(self.results("parts").candidates[name], self.results("whole").candidates[name])

    def test_several_objectives_give_a_front(self):
        done = self.search("front", "strategy={name: nsga2, population: 6}", "objective.objectives=[params, macs]")
        ranking = self.results("front").table("ranking")
        front = ranking["front"] == 1
        self.assertGreaterEqual(front.sum(), 2, done.stdout)
        self.assertIn(f"on the Pareto front of {front.sum()} networks", done.stdout)
        self.assertEqual(len(self.results("front").table("pareto")), front.sum())

    def test_modes_and_weights(self):
        for mode in ("rank", "compat"):
            self.search(mode, f"objective.score.mode={mode}", DOMAINS["bert"])
        listed = self.search("listed", "objective.score={name: de_score, mode: rank, reference: 6, scores: [naswot, {name: params, weight: 0.5}]}")
        self.assertIn("de_score", listed.stdout)

    def test_limits_turn_candidates_away_before_they_are_scored(self):
        done = self.search("limits", "objective.limits.max_params=110000")
        self.assertRegex(done.stdout, r"rejected before evaluation: \d+ of \d+ networks considered \(params above 110000: \d+\)")
        self.assertTrue(np.all(self.results("limits").candidates["params"] <= 110000))
        self.assertGreater(self.results("limits").table("rejected")["count"].sum(), 0)
        impossible = self.search("impossible", "objective.limits.max_params=10", code=78)
        self.assertRegex(impossible.stderr, r"none of \d+ random networks keeps the limits; .*params above 10: \d+.*Seen: params \d+ to")

    def test_counts_of_the_space_may_be_limited(self):
        done = self.search("counts", "objective.limits.counts={max_model_size: 110000, max_num_layers: 8}")
        self.assertRegex(done.stdout, r"rejected before evaluation: .*model_size above 110000: \d+")
        candidates = self.results("counts").candidates
        self.assertTrue(np.all(candidates["model_size"] <= 110000))
        self.assertTrue(np.all(candidates["num_layers"] <= 8))
        wrong = self.search("counts_wrong", "objective.limits.counts={max_modl_size: 1}", code=78)
        self.assertRegex(wrong.stderr, r"objective.limits.counts: unknown key 'max_modl_size'; did you mean 'max_model_size'\?")
        none = self.search("counts_none", "objective.limits.counts={max_width: 1}", DOMAINS["vit"], code=78)
        self.assertIn("objective.limits.counts: unknown key 'max_width'; none is known here", none.stderr)

    def test_progress_shows_the_score_and_results_its_version(self):
        done = self.search("progress", "search.progress_seconds=0")
        candidates = self.results("progress").candidates
        lines = re.findall(r"search: candidate (\d+): (\S+) in .*best (\S+) \(candidate", done.stderr)
        self.assertEqual(len(lines), len(candidates))
        for candidate, value, _ in lines:
            self.assertAlmostEqual(float(value), candidates["de_score"][int(candidate)], delta=1e-4 * abs(float(value)))
        self.assertAlmostEqual(float(lines[-1][2]), candidates["de_score"].max(), delta=1e-4 * abs(float(lines[-1][2])))
        self.assertEqual(candidates.versions["de_score"], 1)
        self.assertEqual(candidates.versions["params"], 0)  # a count

    def test_a_killed_reference_sample_is_continued(self):
        slow = ["objective.score.reference=200", "search.candidates=4", "search.progress_seconds=0.1"]
        words = ["search", CONFIG, "--output", self.folder / "killed"]
        for assignment in slow:
            words += ["--set", assignment]
        process = program.subprocess.Popen(program.command(*words), cwd=ROOT, env=program.environment(), stderr=program.subprocess.PIPE,
                                           text=True)
        for line in process.stderr:
            if "reference sample: " in line:
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()
        scored = int(re.search(r"reference sample: (\d+) of 200 networks scored", line).group(1))
        done = self.search("killed", *slow)
        self.assertRegex(done.stderr, rf"scoring a reference sample of 200 networks, {scored} of them in the journal")
        self.search("unkilled", *slow)
        for name in self.results("killed").table("reference").names():
            np.testing.assert_array_equal(self.results("killed").table("reference")[name], self.results("unkilled").table("reference")[name])

    def test_check_estimates_and_writes_nothing(self):
        done = self.search("checked", options=["--check"])
        self.assertRegex(done.stdout, r"data +none")
        self.assertRegex(done.stdout, r"candidate +about [0-9.e-]+ s")
        self.assertFalse((self.folder / "checked").exists())

    def test_mistakes(self):
        unknown = self.search("wrong", "objective.score.name=de_scor", code=78)
        self.assertIn("unknown name 'de_scor'; did you mean 'de_score'? known: ", unknown.stderr)
        self.assertIn("objective 'train': trains on images: add the key 'data'", self.search("wrong", "objective=train", code=78).stderr)
        self.assertIn("add the key 'latency'", self.search("wrong", "objective.objectives=[latency]", code=78).stderr)


class ListTest(ScoreTest):
    def test_rows_are_in_the_order_of_the_list_and_duplicates_are_scored_once(self):
        done = self.score("list.csv", "--scores", "naswot,synflow,params", "--aggregate", "rank")
        rows = self.rows("list.csv")
        self.assertEqual([row["arch"] for row in rows], CELLS)
        self.assertEqual([row["line"] for row in rows], ["1", "2", "3", "4"])
        self.assertIn("4 architectures, 3 different networks", done.stderr)
        self.assertRegex(done.stdout, r"3 networks in [0-9.]+ s: [0-9.e+]+ per second, [0-9.e+]+ per second and rank")
        for key in rows[0]:
            if key != "line":
                self.assertEqual(rows[0][key], rows[3][key], key)
        self.assertEqual(rows[2]["status"], "failed")
        self.assertIn("is not defined for this network", rows[2]["reason"])
        self.assertEqual(min(rows, key=lambda row: float(row["aggregate"])), rows[2])

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_any_number_of_ranks_gives_the_same_numbers(self):
        for ranks in (1, 3):
            self.score(f"ranks{ranks}.csv", "--scores", "zen,{name: de_score, weights: {complexity: 0}, reference: 4}", ranks=ranks)
        for one, three in zip(self.rows("ranks1.csv"), self.rows("ranks3.csv")):
            del one["score_seconds"], three["score_seconds"]
            self.assertEqual(one, three)

    def test_real_images_and_an_hdf5_file(self):
        data = f"cifar10:{ROOT}/configs/data/cifar10_sample"
        self.score("real.h5", "--scores", "naswot", "--data", data)
        self.score("random.h5", "--scores", "naswot")
        real, other = (Results(self.folder / name).table("scores")["naswot"] for name in ("real.h5", "random.h5"))
        self.assertEqual(len(real), 4)
        self.assertNotEqual(real[0], other[0])

    def test_a_killed_list_is_continued(self):
        many = self.folder / "many.txt"
        ops = ["nor_conv_3x3", "nor_conv_1x1", "skip_connect", "avg_pool_3x3"]
        many.write_text("".join(f"|{a}~0|+|{b}~0|{c}~1|+|{d}~0|{a}~1|{b}~2|\n" for a in ops for b in ops for c in ops for d in ops))
        words = self.words("many.csv", "--scores", "zen", archs=many)
        process = program.subprocess.Popen(program.command(*words), cwd=ROOT, env=program.environment(), stderr=program.subprocess.DEVNULL)
        journal = self.folder / "many.csv.run/journal"
        deadline = time.monotonic() + program.LIMIT_S
        while not journal.exists() or journal.stat().st_size < 20000:
            self.assertIsNone(process.poll(), "the program ended early")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        done = self.score("many.csv", "--scores", "zen", archs=many)
        there = int(re.search(r"continuing with (\d+) evaluations", done.stderr).group(1))
        self.assertGreater(there, 3)
        self.assertIn(f"{256 - there} networks in", done.stdout)
        self.assertTrue(all(row["zen"] for row in self.rows("many.csv")))

    def test_mistakes(self):
        def refuse(code, message, *options, archs=None):
            done = self.score("wrong.csv", *options, code=code, archs=archs)
            self.assertRegex(done.stderr, message)
            self.assertNotIn("internal error", done.stderr)

        def write(name, text):
            (self.folder / name).write_text(text)
            return self.folder / name

        refuse(78, r"unknown name 'zenn'; did you mean 'zen'\? known: .*zen", "--scores", "zenn")
        refuse(78, "'zen' is there twice", "--scores", "zen,zen")
        refuse(64, "--weights: expected finite numbers, got nan", "--scores", "zen,params", "--aggregate", "rank", "--weights", "nan", "1")
        refuse(64, "--weights: expected one for each of the 2 scores, got 1", "--scores", "zen,params", "--aggregate", "rank", "--weights", "1")
        done = program.run(*self.words("wrong.txt"))
        self.assertEqual(done.returncode, 64)
        self.assertIn("--output: expected a name that ends in .csv or .h5", done.stderr)
        refuse(65, r"bad.txt: 1 of 2 lines are no architecture of the space nasbench201:\n +.*bad.txt:2: ",
               archs=write("bad.txt", CELLS[0] + "\n|nor_conv_3x3~0|\n"))
        refuse(65, "empty.txt: holds no architecture", archs=write("empty.txt", "\n"))
        refuse(65, "heading.csv: holds no architecture", archs=write("heading.csv", "arch,value\n"))
        refuse(78, "table.csv: has no column 'cell'; it has arch, value", "--column", "cell", archs=write("table.csv", "arch,value\n"))
        refuse(66, "nowhere.txt: cannot be read", archs="nowhere.txt")
        self.score("other.csv", "--scores", "params")
        done = self.score("other.csv", "--scores", "macs", code=78)
        self.assertIn("holds a run of another configuration", done.stderr)
        done = self.score("other.csv", "--scores", "macs", code=65, archs=self.folder / "bad.txt")  # the list comes first
        self.assertNotIn("holds a run of another configuration", done.stderr)
        self.score("other.csv", "--scores", "macs", "--overwrite")

    def test_list_of_scores_is_generated(self):
        text = program.run("list", "scores").stdout
        for name in ("de_score", "zen", "synflow", "weights.latency"):
            self.assertIn(name, text)


if __name__ == "__main__":
    program.main()
