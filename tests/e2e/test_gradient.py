"""Searches by gradient: what they find and leave behind, cut short and continued, on several ranks, and with bad input."""
import pathlib
import signal
import unittest

import numpy as np

import program
from program import ROOT

# Steps of some tens of milliseconds, a checkpoint after each.
SLOW = ["strategy.epochs=10", "search.checkpoint_seconds=0", "space.channels=12"]


class Gradient(program.Smoke):
    config = str(ROOT / "configs/smoke/gradient.yaml")

    def epochs(self, name):
        return self.results(name).table("gradient/epochs")

    def assert_same_search(self, one, other):
        for group in ("gradient/epochs", "gradient/choices"):
            a, b = self.results(one).table(group), self.results(other).table(group)
            self.assertEqual(a.names(), b.names())
            for name in a.names():
                self.assertEqual(a[name].tobytes(), b[name].tobytes(), f"{group}/{name}: {a[name]} against {b[name]}")
        self.assert_same_candidates(one, other, n=2)


class SearchTest(Gradient):
    def test_finds_trains_and_records(self):
        done = self.search("whole")
        self.assertRegex(done.stdout, r"(?m)^ +1 +[01] ")
        self.assertRegex(done.stderr, r"epoch 3 of 3: .*L\(z\) [\d.]+, L\(zeta\) [\d.]+, gap .*entropy [\d.]+ nat per choice, likeliest network")
        epochs = self.epochs("whole")
        self.assertEqual(epochs["warm_up"].tolist(), [1, 0, 0])
        self.assertTrue(np.isnan(epochs["loss_discrete"][0]) and np.all(np.isfinite(epochs["loss_discrete"][1:])))
        self.assertTrue(np.all(np.isfinite(epochs["latency_loss_discrete"][1:])))
        np.testing.assert_allclose(epochs["gap"][1:], (epochs["validation_loss"] - epochs["train_loss"])[1:])
        self.assertAlmostEqual(epochs["entropy"][0], np.log(3))
        self.assertTrue(np.all(epochs["latency_ms"] > 0))
        choices = self.results("whole").table("gradient/choices")
        probability = choices["probability"].reshape(3, 5, 3)
        np.testing.assert_allclose(probability.sum(axis=2), 1)
        np.testing.assert_allclose(probability[0], 1 / 3)
        best = self.results("whole").candidates["encoding"][0]
        if "meets the target" not in done.stderr:
            self.assertEqual(best.tolist(), probability[-1].argmax(axis=1).tolist())
        self.assertEqual(len(self.results("whole").candidates), 2)
        self.assertTrue((self.folder / "whole" / "supernet.h5").exists())
        drawn = program.subprocess.run([program.sys.executable, ROOT / "analysis/figure_gradient.py", self.folder / "whole" / "results.h5",
                                        self.folder / "search.png"], check=True, capture_output=True, text=True)
        self.assertIn("3 epochs, 15 options", drawn.stdout)

    def test_every_estimator(self):
        for estimator in ("{name: snas}", "{name: reinforce, baseline: ema}", "{name: darts}", "{name: gdas}"):
            name = estimator.strip("{}").split(",", maxsplit=1)[0].split()[-1]
            self.search(name, [f"strategy.estimator={estimator}", "strategy.epochs=1", "strategy.warmup_epochs=0"])
            self.assertEqual(len(self.epochs(name)), 1)

    def test_other_costs_and_derivation_by_validation(self):
        self.search("costs", ["strategy.params={coefficient: 1e-3, target: 1000}", "strategy.macs={coefficient: 1e-6}",
                              "strategy.memory={coefficient: 1e-6}", "strategy.latency.form=none", "strategy.derive={candidates: 2, by: validation, pool: 5}"])
        epochs = self.epochs("costs")
        self.assertTrue(np.all(epochs["params_loss_discrete"][1:] > 0))
        # at the vertices the fitted line is the cost: all architectures' parameters lie between the least and the most
        self.assertTrue(np.all(epochs["macs_loss_relaxed"][1:] > 0))
        self.assertTrue(np.all(epochs["memory_loss_relaxed"][1:] > 0))
        self.assertNotIn("latency_loss_discrete", epochs.names())

    def test_a_strong_price_of_parameters_finds_the_network_without(self):
        # Maxima have no parameters; everything else has.
        self.search("cheap", ["strategy.params={coefficient: 0.1}", "strategy.latency.form=none", "strategy.epochs=20",
                              "strategy.logits={learning_rate: 0.3, learning_rate_end: 0.3}", "strategy.derive.candidates=1"])
        self.assertEqual(self.results("cheap").candidates["encoding"][0].tolist(), [2, 2, 2, 2, 2])

    def test_measured_latency_follows_a_surrogate(self):
        surrogate = self.folder / "surrogate.h5"
        timing = "{warmup_ms: 0, min_sample_ms: 0.02, samples: 3}"
        made = program.run("latency", "surrogate", self.config, "--set", f"latency={{name: linear, path: {surrogate}, timing: {timing}}}",
                           "--set", "surrogate={networks: 20, held_out: 4, mlp: {epochs: 1}}")
        self.assertEqual(made.returncode, 0, made.stderr)
        sets = [f"latency={{name: measured, timing: {timing}}}", "strategy.epochs=1"]
        done = self.search("measured", [*sets, f"strategy.surrogate={{name: linear, path: {surrogate}}}"],
                           ranks=2 if program.MPIRUN else 0)
        self.assertNotIn("score function alone", done.stderr)
        epochs = self.epochs("measured")
        self.assertGreater(epochs["latency_loss_discrete"][1], 0)
        self.assertGreater(epochs["latency_loss_relaxed"][1], 0)
        alone = self.search("measured_alone", sets)
        self.assertIn("strategy.surrogate: none: the gradient of a measured latency is left to the score function alone", alone.stderr)
        self.assertEqual(self.epochs("measured_alone")["latency_loss_relaxed"][1], 0)

    def test_shipped_configurations_at_a_small_size(self):
        small = ["data.train_images=32", "data.validation_images=32", "strategy.batch=8", "strategy.warmup_epochs=1", "strategy.epochs=1",
                 "strategy.derive.candidates=1", "training.epochs=1", "training.batch=16", "ranking.passes=1",
                 "latency.timing={warmup_ms: 0, min_sample_ms: 0.02, samples: 3}"]
        spaces = {"unas_five_layer": ["space.channels=4"], "unas_mbconv": ["space.width=0.05", "strategy.latency.target_ms=1000"],
                  "unas_cell": ["space.channels=2", "space.operations=4"]}
        for name, sets in spaces.items():
            words = ["search", ROOT / f"configs/search/{name}.yaml", "--output", self.folder / name]
            for assignment in [*sets, *(s for s in small if name != "unas_cell" or not s.startswith("latency")),
                               *([] if name == "unas_cell" else [f"latency.path={self.folder}/{name}.h5"])]:
                words += ["--set", assignment]
            done = program.run(*words)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(self.epochs(name)), 2)
            self.assertEqual(self.results(name).candidates.decoded("status").tolist(), ["ok"])

    def test_tabulated_cost(self):
        table = self.folder / "energy.csv"
        names = ["conv5x5", "conv3x3", "max_pool"]
        rows = [(a, b, c, d, e) for a in range(3) for b in range(3) for c in range(3) for d in range(3) for e in range(3)]
        table.write_text("arch,energy\n" + "".join(
            f"\"{','.join(names[k] for k in row)}\",{sum((1.0, 5.0, 3.0)[k] for k in row)}\n" for row in rows))
        sets = [f"strategy.table={{path: {table}, column: energy, coefficient: 5}}", "strategy.latency.form=none", "strategy.epochs=20",
                "strategy.logits={learning_rate: 0.3, learning_rate_end: 0.3}", "strategy.derive.candidates=1"]
        self.search("energy", sets)
        self.assertEqual(self.results("energy").candidates["encoding"][0].tolist(), [0, 0, 0, 0, 0])
        table.write_text("\n".join(table.read_text().splitlines()[:100]) + "\n")
        torn = self.search("energy_torn", sets, ranks=2 if program.MPIRUN else 0, code=78)
        self.assertRegex(torn.stderr, "strategy.table: no 'energy' of .*needs a table of every network")
        self.assertFalse((self.folder / "energy_torn" / "journal").exists())


class ResumeTest(Gradient):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.search(cls(), "whole", SLOW)

    def step(self, name):
        """Of the checkpoint, which has to be whole whenever it is there."""
        import h5py
        path = self.folder / name / "supernet.h5"
        if not path.exists():
            return 0
        with h5py.File(path) as file:
            return int(file["tensors/position"][0])

    def cut_at(self, name, step, ranks=0):
        process = self.start(name, SLOW, ranks=ranks)
        self.wait_for(lambda: self.step(name) >= step, process)
        return process

    def test_kill_again_and_again(self):
        for step in (3, 9, 30):
            process = self.cut_at("killed", step)
            process.kill()
            self.assertEqual(process.wait(), -signal.SIGKILL)
        done = self.search("killed", SLOW)
        self.assertRegex(done.stderr, r"continuing at step \d+ of 88")
        self.assert_same_search("killed", "whole")

    def test_signal_stops_after_a_checkpoint(self):
        process = self.cut_at("stopped", 5)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(program.LIMIT_S), 75, self.log("stopped"))
        self.assertIn("stopped while searching by gradient; run the same command again", self.log("stopped"))
        self.search("stopped", SLOW)
        self.assert_same_search("stopped", "whole")

    def test_a_finished_search_only_reports(self):
        before = self.step("whole")
        done = self.search("whole", SLOW)
        self.assertEqual(self.step("whole"), before)
        self.assertNotIn("weights' loss", done.stderr)

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_two_ranks(self):
        self.search("ranks", SLOW, ranks=2)
        process = self.cut_at("ranks_cut", 7, ranks=2)
        stop = self.folder / "ranks_cut" / "STOP"
        stop.touch()
        self.assertEqual(process.wait(program.LIMIT_S), 75, self.log("ranks_cut"))
        stop.unlink()
        self.search("ranks_cut", SLOW, ranks=2)
        self.assert_same_search("ranks_cut", "ranks")
        refused = self.search("ranks", SLOW, code=78)
        self.assertIn("facts.ranks: run has 2, now 1", refused.stderr)

    def test_a_checkpoint_of_another_run_is_refused(self):
        self.search("other", [*SLOW, "strategy.epochs=1"])
        (self.folder / "mixed").mkdir()
        (self.folder / "mixed" / "supernet.h5").write_bytes((self.folder / "other" / "supernet.h5").read_bytes())
        self.assertIn("belongs to another run", self.search("mixed", SLOW, code=65).stderr)
        self.search("mixed", [*SLOW, "strategy.epochs=1"], options=["--overwrite"])


    def test_measured_latencies_choose_once(self):
        # Which of the likely networks meet the target depends on the clock; a continued run keeps what was chosen.
        sets = ["latency={name: measured, timing: {warmup_ms: 0, min_sample_ms: 0.01, samples: 3}}", "strategy.epochs=1",
                "strategy.latency={form: hinge, target_ms: 0.2}", "strategy.derive.candidates=6", "training.epochs=20"]
        process = self.start("chosen", sets)
        self.wait_for(lambda: "candidate 0:" in self.log("chosen"), process)
        process.kill()
        process.wait()
        self.search("chosen", sets)
        self.search("chosen", sets)


class OneRankFailsTest(Gradient):
    def test_an_image_that_one_rank_alone_cannot_read_ends_all(self):
        for i in range(80):
            program.write_png(self.folder / f"images/{'ab'[i % 2]}/{i}.png", 8, (3 * i, 255 - 3 * i, 128))
        torn = self.folder / "images/a/16.png"  # a validation image: nobody reads it before the search's steps do
        torn.write_bytes(torn.read_bytes()[:40])
        sets = [f"data={{name: images, path: {self.folder}/images, validation_fraction: 0.5}}", "task.resolution=8"]
        for ranks in (0, 2) if program.MPIRUN else (0,):
            done = self.search(f"torn_{ranks}", sets, ranks=ranks, code=65)
            self.assertRegex(done.stderr, "hpnas: rank [01]: .*16.png: expected a whole PNG image")


class OtherStrategiesTest(Gradient):
    def test_evolution_and_bayes_over_cells(self):
        for strategy in ("{name: evolution, population: 4, pool: 2, mutations: 2, crossovers: 1, immigrants: 1}", "{name: bayes, initial: 3}"):
            name = strategy[7:11]
            self.search(name, [f"strategy={strategy}", "space={name: darts_cell, channels: 4, cells: 3}", "latency={name: measured}",
                               "search.candidates=6", "data.train_images=32"])
            found = self.results(name).candidates
            self.assertEqual(len({tuple(x) for x in found["encoding"]}), 6)
            self.assertTrue(np.all(np.isfinite(found["val_top1"])))


class ErrorsTest(Gradient):
    def refuse(self, code, message, *sets):
        done = self.search("refused", sets, code=code)
        self.assertRegex(done.stderr, message)
        self.assertEqual(done.stderr.count("hpnas: "), 1, done.stderr)
        self.assertNotIn("internal error", done.stderr)

    def test_mistakes_are_said(self):
        self.refuse(78, r"strategy.estimator.temperature: expected a number in \[0.001, 1000\], got 0", "strategy.estimator.temperature=0")
        self.refuse(78, r"strategy.estimator.temperature: expected a number .*got -1", "strategy.estimator.temperature=-1")
        self.refuse(78, "estimator: unknown name 'unsa'; did you mean 'unas'. known: .*unas", "strategy.estimator.name=unsa")
        self.refuse(78, "strategy: unknown key 'epoch'; did you mean 'epochs'", "strategy.epoch=3")
        self.refuse(65, "expected at least one batch of 16 .*got 10", "data.validation_images=10")
        self.refuse(78, r"gradient.yaml:\d+: strategy.latency.target_ms: expected a number > 0, got 0", "strategy.latency.form=hinge")
        self.refuse(78, r"strategy.latency.target_ms: expected at least [\d.e-]+ ms, the latency of the space's fastest network, got 1e-05",
                    "strategy.latency={form: hinge, target_ms: 1e-5}")
        self.refuse(78, "weight-sharing network .darts_cell, five_layer, mbconv., got smoke", "space=smoke", f"latency.path={self.folder}/smoke.h5")
        self.refuse(78, "strategy: .*no group screening", "screening={samples: 100, edges_quantile: [0, 1]}")
        self.refuse(78, "strategy.derive.pool: expected at least the 9 candidates, got 4", "strategy.derive={candidates: 9, by: validation, pool: 4}")
        self.refuse(78, "strategy.surrogate: estimator snas follows a measured latency by a surrogate alone", "latency={name: measured}",
                    "strategy.estimator={name: snas}")
        self.refuse(78, "expected at least .* ms, the latency of the space's fastest network, got 1e-05",
                    "latency={name: measured, timing: {warmup_ms: 0, min_sample_ms: 0.01, samples: 3}}",
                    "strategy.latency={form: hinge, target_ms: 1e-5}")
        self.refuse(78, "strategy.batch: the supernet of space five_layer does not fit memory_limit_mib = 1", "memory_limit_mib=1")
        self.refuse(78, "temperature_end: expected 0 .* or a number >= 0.001, got 1e-200", "strategy.estimator={name: unas, temperature_end: 1e-200}")
        self.refuse(78, "strategy.latency.form: expected hinge, power or none", "strategy.latency={target_ms: 1}")
        self.refuse(78, "strategy.latency.target_ms: form power has no target", "strategy.latency={form: power, target_ms: 1}")
        self.refuse(78, "strategy.latency.coefficient: expected a number > 0", "strategy.latency={form: hinge, target_ms: 1, coefficient: 0}")
        self.refuse(78, "strategy.params.target: charges nothing", "strategy.params={target: 10}")
        self.refuse(78, "strategy.surrogate: expected linear, mlp or table, .*got measured", "latency={name: measured}",
                    "strategy.surrogate={name: measured}", "strategy.latency={form: power}", "strategy.estimator=snas")
        self.refuse(78, "search.candidates: .*expected strategy.derive.candidates instead", "search.candidates=9")
        self.refuse(78, "strategy.table: expected a path and a column", "strategy.table={coefficient: 1}")

    def test_what_a_gradient_needs(self):
        text = pathlib.Path(self.config).read_text()
        without = self.folder / "without.yaml"
        for group, message in (("data", "gradient needs a group data"), ("latency", "strategy.latency: needs a latency model")):
            lines, skip = [], False
            for line in text.splitlines():
                skip = line.startswith(f"{group}:") or (skip and line.startswith(" "))
                lines += [] if skip else [line]
            without.write_text("\n".join(lines))
            done = program.run("search", without, "--output", self.folder / "refused")
            self.assertEqual(done.returncode, 78, done.stderr)
            self.assertIn(message, done.stderr)

    def test_check_estimates(self):
        done = self.search("checked", options=["--check"])
        self.assertRegex(done.stdout, r"supernet +3248 parameters, \d+ MiB of tensors; 24 steps of [\d.e-]+ s")
        for sets, message in ((["strategy.latency={form: hinge, target_ms: 1e-5}"], "the space's fastest network"),
                              (["memory_limit_mib=1"], "does not fit memory_limit_mib = 1")):
            self.assertIn(message, self.search("checked", sets, options=["--check"], code=78).stderr)
        self.search("checked", ["data.train_images=16", "strategy.warmup_epochs=0", "strategy.epochs=1", "training.batch=16"], options=["--check"])


if __name__ == "__main__":
    program.main()
