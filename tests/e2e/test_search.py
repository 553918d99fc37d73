"""The search from one command to the printed table: ranks, strategies, a finished run, another configuration, two processes."""
import re
import signal
import unittest

import numpy as np

import program


class RanksTest(program.Smoke):
    """Synchronous mode: the same results for any number of ranks."""

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_one_two_and_four_ranks_evaluate_the_same(self):
        for ranks in (1, 2, 4):
            self.search(f"ranks{ranks}", ranks=ranks)
        self.assertEqual(len(self.results("ranks1").candidates), 12)
        self.assertGreater(len(np.unique(self.results("ranks1").candidates["val_ce"])), 6)
        self.assert_same_candidates("ranks1", "ranks2")
        self.assert_same_candidates("ranks1", "ranks4")

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_dedicated_manager_changes_no_result(self):
        self.search("plain", ranks=2)
        self.search("manager", ["search.dedicated_manager=true"], ranks=2)
        self.assert_same_candidates("plain", "manager")

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_asynchronous_ranks_evaluate_every_candidate_once(self):
        self.search("async", ["search.mode=asynchronous"], ranks=2)
        candidates = self.results("async").candidates
        self.assertEqual(sorted(candidates["candidate_id"]), list(range(12)))
        self.assertEqual(len(np.unique(candidates["encoding"], axis=0)), 12)


class StrategyTest(program.Smoke):
    def check(self, name, sets):
        self.search(name, sets)
        results = self.results(name)
        self.assertEqual(len(results.candidates), 12)
        self.assertTrue(np.all(results.candidates.decoded("status") == "ok"))
        self.assertEqual(len(np.unique(results.candidates["encoding"], axis=0)), 12)
        return results

    def test_each_strategy_and_mode_finishes(self):
        encodings = {}
        for strategy in ("random", "sobol", "bayes"):
            encodings[strategy] = self.check(strategy, [f"strategy={strategy}"]).candidates["encoding"]
        self.assertFalse(np.array_equal(encodings["random"], encodings["sobol"]))
        self.check("asynchronous", ["search.mode=asynchronous"])
        self.check("unscreened", ["screening.samples=0", "strategy=random"])

    def test_seed_decides_the_candidates(self):
        same, other = self.check("seed1", []), self.check("seed2", ["seed=2"])
        self.check("seed1_again", ["seed=1"])
        self.assert_same_candidates("seed1", "seed1_again")
        self.assertFalse(np.array_equal(same.candidates["encoding"], other.candidates["encoding"]))

    def test_candidates_lie_in_the_bucket(self):
        done = self.search("bucket")
        target = float(re.search(r"latency target ([0-9.]+) ms", done.stdout).group(1))
        edges = [float(x) for x in re.search(r"bucket 1 \[([0-9.]+), ([0-9.]+)\)", done.stderr).groups()]
        latencies = self.results("bucket").candidates["latency_ms"]
        self.assertAlmostEqual(target, edges[1], delta=1e-4)  # printed with four digits
        self.assertTrue(np.all(latencies > edges[0] - 1e-4) and np.all(latencies < edges[1] + 1e-4), latencies)


class FailedCandidateTest(program.Smoke):
    def test_candidates_that_diverge_are_recorded_and_the_search_goes_on(self):
        done = self.search("diverging", ["training.optimizer.name=sgd", "training.optimizer.learning_rate=1e6"], code=78)
        self.assertIn("none of 12 candidates was evaluated with success (the last one: ", done.stderr)
        self.assertNotIn("latency target", done.stdout + done.stderr)
        candidates = self.results("diverging").candidates
        self.assertEqual(len(candidates), 12)
        failed = candidates.decoded("status") == "failed"
        self.assertTrue(failed.all(), candidates.decoded("status"))
        self.assertTrue(all(reason for reason in candidates["reason"]))
        self.assertNotIn("Traceback", done.stderr)


class SecondCommandTest(program.Smoke):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.search(cls(), "done")

    def evaluated_rows(self, text):
        """Rank, candidate, params and MACs of each line of the table: what is measured again may differ."""
        return sorted(tuple(line.split()[1:4]) for line in text.splitlines() if re.match(r"^ +(\d+|-) +\d+ ", line))

    def test_finished_run_prints_its_table_again_and_trains_nothing(self):
        before = self.results("done").timing["wall"]
        again = self.search("done")
        self.assertEqual(len(self.evaluated_rows(again.stdout)), 3)
        self.assertEqual(self.evaluated_rows(again.stdout), self.evaluated_rows(self.first.stdout))
        self.assertIn(str(self.folder / "done/results.h5"), again.stdout)
        np.testing.assert_array_equal(self.results("done").timing["wall"], before)

    def test_other_configuration_is_refused_with_what_differs(self):
        before = (self.folder / "done/journal").read_bytes()
        for option in ([], ["--check"]):
            done = self.search("done", ["training.epochs=2", "objective.alpha=0", "space=gpunet_cifar"], option, code=78)
            for difference in ("training.epochs: run has 1, now 2", "objective.alpha: run has 0.05, now 0",
                               "space.name: run has smoke, now gpunet_cifar"):
                self.assertIn(difference, done.stderr)
            self.assertNotIn("measuring", done.stderr)
        self.assertEqual((self.folder / "done/journal").read_bytes(), before)

    def test_more_candidates_continue_a_finished_run(self):
        self.search("more", ["search.candidates=5"])
        self.search("more")
        self.assert_same_candidates("more", "done")

    def test_overwrite_discards_the_run(self):
        self.search("over")
        self.search("over", ["seed=2", "search.candidates=3"], ["--overwrite"])
        self.assertEqual(len(self.results("over").candidates), 3)
        self.assertEqual(int(self.results("over").attributes["seed"]), 2)


class TwoProcessesTest(program.Smoke):
    def test_second_process_is_refused_and_discards_nothing(self):
        first = self.start("shared", program.ENDLESS)
        self.wait_for_candidates("shared", 1, first)
        for option in ([], ["--overwrite"]):
            second = self.search("shared", program.ENDLESS, option, code=73)
            self.assertIn(f"held by process {first.pid}", second.stderr)
        self.assertIsNone(first.poll(), self.log("shared"))
        evaluated = self.n_evaluated("shared")
        first.send_signal(signal.SIGTERM)
        self.assertEqual(first.wait(program.LIMIT_S), 75, self.log("shared"))
        self.assertGreaterEqual(self.n_evaluated("shared"), evaluated)


if __name__ == "__main__":
    program.main()
