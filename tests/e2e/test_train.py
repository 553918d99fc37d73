"""A network trained from scratch: cut short at any moment, on one rank or two, judged afterwards; and bad input."""
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np
import program
from program import ROOT, Results
from reader import text

CONFIG = str(ROOT / "configs/smoke/train.yaml")
ARCH = "1,1,1,1,1,1,1,2"
LONG = ["training.epochs=150"]  # some seconds, to be cut short in the middle


class TrainCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hpnas_train_"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def words(self, name, sets=(), options=()):
        words = ["train", CONFIG, "--output", self.folder / name, *options]
        for assignment in sets:
            words += ["--set", assignment]
        return words

    def train(self, name, sets=(), options=(), ranks=0, code=0):
        done = program.run(*self.words(name, sets, options), ranks=ranks)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def curve(self, name):
        """Every number of the learning curve and of the outcome, none of them a time."""
        results = Results(self.folder / name / "results.h5")
        epochs, candidates = results.table("training/epochs"), results.candidates
        numbers = {column: epochs[column].tobytes() for column in epochs.names()}
        return numbers | {"outcome." + column: candidates[column].tobytes() for column in candidates.names()}

    def tensors(self, name):
        """Values of all tensors of the best weights, by "node/tensor"."""
        found = {}
        with h5py.File(self.folder / name / "best.h5") as file:
            file["weights"].visititems(lambda path, item: found.update({path: item[()]} if isinstance(item, h5py.Dataset) else {}))
        return found

    def weights(self, name):
        return {tensor: values.tobytes() for tensor, values in self.tensors(name).items()}

    def n_trained(self, name):
        return sum(values.size for tensor, values in self.tensors(name).items() if "running" not in tensor)

    def assert_same(self, one, other):
        self.assertEqual(self.curve(one), self.curve(other))
        self.assertEqual(self.weights(one), self.weights(other))


class TrainTest(TrainCase):
    def test_leaves_curve_weights_and_outcome(self):
        done = self.train("whole")
        results = Results(self.folder / "whole" / "results.h5")
        epochs = results.table("training/epochs")
        self.assertEqual(epochs["step"].tolist(), [4, 8, 12, 16])  # 128 images, 32 per step
        self.assertEqual(epochs["epoch"].tolist(), [1, 2, 3, 4])
        self.assertLess(epochs["train_loss"][-1], epochs["train_loss"][0])
        self.assertEqual(epochs.units["val_top1"], "%")
        self.assertEqual(epochs["learning_rate"][-1], 0)  # cosine
        candidates = results.candidates
        best = np.argmax(epochs["val_top1"])
        self.assertEqual(candidates["val_top1"][0], epochs["val_top1"][best])
        self.assertEqual(candidates["epochs"][0], epochs["epoch"][best])
        self.assertTrue(np.isfinite(candidates["test_loss"][0]))
        self.assertRegex(done.stdout, rf"validation +loss {candidates['val_loss'][0]:.4f} nat, top1")
        self.assertRegex(done.stdout, rf"test +loss {candidates['test_loss'][0]:.4f} nat, top1")
        self.assertEqual(self.n_trained("whole"), candidates["params"][0])
        with h5py.File(self.folder / "whole" / "best.h5") as file:
            facts = {name: text(value) for name, value in file["network"].attrs.items()}
        self.assertEqual(len(facts["mean"].split()), 3)
        self.assertEqual(facts["classes"].split()[0], "airplane")
        self.assertEqual(facts["arch"], ARCH)

    def test_figure_of_learning_curves(self):
        self.train("drawn")
        png = self.folder / "curves.png"
        script = [sys.executable, ROOT / "analysis/figure_learning.py", png]
        done = subprocess.run([*script, self.folder / "drawn" / "results.h5"], capture_output=True, text=True, check=False)
        self.assertIn("1 curves, 4 points, val_top1", done.stdout, done.stderr)
        self.assertEqual(png.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")

    def test_evaluate_finds_the_same_numbers(self):
        self.train("judged")
        candidates = Results(self.folder / "judged" / "results.h5").candidates
        for split, prefix in (("test", "test"), ("validation", "val")):
            done = program.run("evaluate", self.folder / "judged", "--split", split, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            found = json.loads(done.stdout)
            for metric in ("loss", "top1", "top5"):
                self.assertEqual(found[metric], candidates[f"{prefix}_{metric}"][0])
            self.assertEqual((found["params"], found["macs"]), (candidates["params"][0], candidates["macs"][0]))
            self.assertGreater(found["latency_ms"], 0)
        done = program.run("evaluate", self.folder / "judged" / "best.h5")
        self.assertRegex(done.stdout, r"500 examples of test: loss \d.*\ndeployed: \d+ parameters, \d+ MACs, [\d.]+ ms \(batch 1, \d threads?\)")

    def test_normalization_belongs_to_the_model(self):
        self.train("normalised", ["training.epochs=1"])
        run = self.folder / "normalised"
        done = program.run("evaluate", run, "--json", "--set", "data.train_images=64")  # other means than those of training
        self.assertEqual(json.loads(done.stdout)["loss"], Results(run / "results.h5").candidates["test_loss"][0], done.stderr)
        with h5py.File(run / "best.h5", "a") as file:  # the data play no part in what is exported
            mean = text(file["network"].attrs["mean"])
            file["network"].attrs["config"] = np.bytes_(text(file["network"].attrs["config"]).replace("cifar10_sample", "gone"))
        onnx, again = self.folder / "normalised.onnx", self.folder / "again.h5"
        for words in (["export", "--weights", run / "best.h5", "--onnx", onnx],
                      ["export", f"{run}/results.h5#1", "--weights", run / "best.h5", "--onnx", onnx],
                      ["export-weights", "--weights", run / "best.h5", "--output", again],
                      ["export", "--weights", again, "--onnx", onnx]):
            done = program.run(*words)
            self.assertEqual(done.returncode, 0, done.stderr)
            if onnx in words:
                self.assertIn(b"hpnas.normalization.mean\x12" + bytes([len(mean)]) + mean.encode(), onnx.read_bytes())
                self.assertNotIn(b"hpnas.mean", onnx.read_bytes())

    def test_a_trained_network_can_be_trained_again_by_its_results(self):
        self.train("first")
        config = self.folder / "no_arch.yaml"
        text = pathlib.Path(CONFIG).read_text()
        config.write_text(text.replace("space: smoke\n", "").replace(f"arch: {ARCH}\n", ""))
        done = program.run("train", config, "--output", self.folder / "again", "--arch", f"{self.folder}/first/results.h5#1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_same("first", "again")

    def test_a_found_network_is_the_same_in_the_recipes_space(self):
        short, fixed = ["training.epochs=1"], "space={name: smoke, fix: {stage0.filters: 8}}"  # which is choice 1 of 2 in the recipe's
        self.train("found", [*short, fixed], ["--arch", "1,0,1,1,1,1,1,2"])
        self.train("by_recipe", short, ["--arch", f"{self.folder}/found/results.h5#1"])
        with h5py.File(self.folder / "by_recipe/best.h5") as file:
            self.assertEqual(text(file["network"].attrs["arch"]), ARCH)
        self.assertEqual(self.weights("found"), self.weights("by_recipe"))

    def test_a_found_network_keeps_its_resolution(self):
        search, recipe = self.folder / "search.yaml", self.folder / "recipe.yaml"
        search.write_text("output: x\nthreads: 1\nspace: {name: gpunet_cifar}\ntask: {classes: 10, resolution: 48}\n"
                          "objective: {name: score, score: params}\nstrategy: {name: random}\nsearch: {candidates: 2}\n")
        done = program.run("search", search, "--output", self.folder / "searched")
        self.assertEqual(done.returncode, 0, done.stderr)
        recipe.write_text(f"output: x\nthreads: 1\ndata: {{name: cifar10, path: {ROOT}/configs/data/cifar10_sample}}\n"
                          "training: {epochs: 1, batch: 8}\n")
        reference = f"{self.folder}/searched/results.h5#1"
        done = program.run("train", recipe, "--arch", reference, "--check", "--output", self.folder / "kept")
        macs = Results(self.folder / "searched/results.h5").table("ranking")["macs"][0]
        self.assertIn(f" parameters, {macs:.0f} MACs", done.stdout, done.stderr)

    def test_a_found_network_that_the_recipes_space_lacks(self):
        self.train("lacking", ["training.epochs=1"])
        reference = ["--arch", f"{self.folder}/lacking/results.h5#1"]
        for space, message in (("{name: smoke, fix: {stage0.filters: 4}}", "is not in the configuration's space .*stage0.filters"),
                               ("{name: smoke, override: {stage0.filters: 8}}", "other slots"),
                               ("plainnet", "comes from the space smoke, the configuration names plainnet")):
            done = self.train("refused", [f"space={space}"], reference, code=78)
            self.assertRegex(done.stderr, message)

    def test_found_cells_are_trained_wider_and_deeper(self):
        space = "space={{name: darts_cell, cells: {}, channels: {}, auxiliary: {}}}"
        self.train("narrow", ["training.epochs=1", space.format(3, 4, "false")], ["--arch", "unas_cifar10"])
        self.train("wide", ["training.epochs=1", space.format(4, 8, "true")], ["--arch", f"{self.folder}/narrow/results.h5#1"])
        self.assertGreater(self.n_trained("wide"), 2 * self.n_trained("narrow"))

    def test_a_run_needs_no_file_of_its_space(self):
        home = self.folder / "home"
        home.mkdir()
        shutil.copy(ROOT / "configs/spaces/smoke.yaml", home / "mine.yaml")
        config = home / "train.yaml"
        recipe = pathlib.Path(CONFIG).read_text()
        config.write_text(recipe.replace("space: smoke", "space: {name: staged, file: mine.yaml}"))
        spaceless = self.folder / "spaceless.yaml"
        spaceless.write_text(recipe.replace("space: smoke\n", "").replace(f"arch: {ARCH}\n", ""))
        run, short = self.folder / "own_space", ["--set", "training.epochs=1"]
        done = program.run("train", config, "--output", run, *short)
        self.assertEqual(done.returncode, 0, done.stderr)
        shutil.rmtree(home)
        for words in (["evaluate", run], ["export", "--weights", run / "best.h5", "--onnx", self.folder / "own.onnx"],
                      ["export", f"{run}/results.h5#1", "--onnx", self.folder / "own.onnx"],
                      ["train", spaceless, "--arch", f"{run}/results.h5#1", "--output", self.folder / "own_again", *short]):
            done = program.run(*words)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_same("own_space", "own_again")

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_two_ranks_train_like_one(self):
        self.train("one")
        self.train("two", ranks=2)
        self.assert_same("one", "two")

    def test_learns_from_a_teacher(self):
        self.train("teacher")
        teacher = [f"teacher.weights={self.folder}/teacher/best.h5"]
        self.train("pupil", teacher)
        ours, theirs = (Results(self.folder / name / "results.h5").table("training/epochs") for name in ("pupil", "teacher"))
        self.assertGreater(ours["train_loss"][0], theirs["train_loss"][0] + 1)  # a second cross-entropy, of ten classes: near ln 10
        (self.folder / "teacher" / "best.h5").rename(self.folder / "kept.h5")
        done = program.run("evaluate", self.folder / "pupil")
        self.assertEqual(done.returncode, 0, done.stderr)  # judging needs no teacher
        (self.folder / "kept.h5").rename(self.folder / "teacher" / "best.h5")
        self.train("pupil", teacher)
        shutil.copy(self.folder / "pupil" / "best.h5", self.folder / "teacher" / "best.h5")
        done = self.train("pupil", teacher, code=78)  # other weights under the same name
        self.assertIn("facts.teacher", done.stderr)

    def test_auxiliary_classifier_is_trained_and_not_deployed(self):
        sets = ["space={name: darts_cell, cells: 3, channels: 4, operations: 3, auxiliary: true, drop_path: 0.1}",
                "training.drop_path_ramp=true", "training.epochs=2"]
        arch = ["--arch", "0,1,1,1,0,1,1,1,0,1,1,1,0,1,1,1,0,1,1,1,0,1,1,1,0,1,1,1,0,1,1,1"]
        self.train("auxiliary", sets, arch)
        self.assertIn("auxiliary.fc/weight", self.tensors("auxiliary"))
        self.assertLess(Results(self.folder / "auxiliary" / "results.h5").candidates["params"][0], self.n_trained("auxiliary"))
        self.assertEqual(program.run("evaluate", self.folder / "auxiliary").returncode, 0)
        done = program.run("export", "--weights", self.folder / "auxiliary" / "best.h5", "--onnx", self.folder / "auxiliary.onnx")
        self.assertEqual(done.returncode, 0, done.stderr)
        deployed = Results(self.folder / "auxiliary" / "results.h5").candidates["params"][0]
        self.assertIn(f" {deployed:.0f} parameters,", done.stdout)

    def test_too_little_memory_is_a_clear_error(self):
        done = self.train("memory", ["memory_limit_mib=1"], code=78)
        self.assertIn("memory_limit_mib = 1: 16 examples of this network do not fit", done.stderr)

    def test_target_ends_early(self):
        done = self.train("target", ["fit.target=5"])  # below guessing
        self.assertIn("target reached after epoch 1", done.stdout)
        self.assertEqual(len(Results(self.folder / "target" / "results.h5").table("training/epochs")), 1)

    def test_check_writes_nothing(self):
        done = self.train("checked", options=["--check"])
        self.assertRegex(done.stdout, r"16 steps of 32 examples in micro-batches of 16")
        self.assertFalse((self.folder / "checked").exists())


class ResumeTest(TrainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.train(cls(), "whole", LONG)

    def n_points(self, name):
        path = self.folder / name / "results.h5"
        table = Results(path).table("training/epochs") if path.exists() else None
        return 0 if table is None else len(table)

    def start(self, name, ranks=0):
        with open(self.folder / f"{name}.log", "a", encoding="utf-8") as log:
            return subprocess.Popen(program.command(*self.words(name, LONG), ranks=ranks), cwd=ROOT, env=program.environment(),
                                    stdout=log, stderr=log)

    def wait_for_points(self, name, n, process):
        program.Smoke.wait_for(self, lambda: self.n_points(name) >= n, process)

    def test_kill_again_and_again(self):
        for n in (1, 20, 60):
            process = self.start("killed")
            self.wait_for_points("killed", n, process)
            process.kill()
            self.assertEqual(process.wait(), -signal.SIGKILL)
        done = self.train("killed", LONG)
        self.assertIn("continuing after", done.stderr)
        self.assert_same("killed", "whole")

    def test_signal_stops_and_the_same_command_continues(self):
        process = self.start("signalled")
        self.wait_for_points("signalled", 5, process)
        process.send_signal(signal.SIGUSR1)
        self.assertEqual(process.wait(program.LIMIT_S), 75)
        self.assertIn("stopped (signal", (self.folder / "signalled.log").read_text())
        self.train("signalled", LONG)
        self.assert_same("signalled", "whole")

    def test_time_limit(self):
        self.train("limited", LONG, options=["--max-time", "0.5"], code=75)
        self.train("limited", LONG)
        self.assert_same("limited", "whole")

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_begun_on_one_rank_and_ended_on_two(self):
        self.train("moved", LONG, options=["--max-time", "0.5"], code=75)
        self.train("moved", LONG, ranks=2)
        self.assert_same("moved", "whole")

    def test_an_ended_training_is_not_repeated(self):
        done = self.train("whole", LONG)
        self.assertNotIn("epoch 1 of", done.stderr)
        self.assertIn("validation", done.stdout)

    def test_another_recipe_is_refused(self):
        done = self.train("whole", ["training.epochs=2"], code=78)
        self.assertIn("training.epochs: run has 150, now 2", done.stderr)
        done = self.train("whole", LONG, options=["--arch", "0,0,0,0,0,0,0,0"], code=78)
        self.assertIn("another configuration", done.stderr)


class ErrorsTest(TrainCase):
    def refuse(self, code, message, sets=(), options=(), config=CONFIG):
        words = self.words("refused", sets, options)
        words[1] = config
        done = program.run(*words)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertRegex(done.stderr, message)
        self.assertEqual(len(re.findall("(?m)^hpnas: ", done.stderr)), 1, done.stderr)
        self.assertFalse((self.folder / "refused" / "last.h5").exists())

    def test_configuration(self):
        self.refuse(78, "training: unknown key 'epoch'; did you mean 'epochs'", ["training.epoch=3"])
        self.refuse(78, "unknown name 'adam'; .*known: .*adamw", ["training.optimizer=adam"])
        self.refuse(78, "micro_batch: expected a divisor of the batch, 32, got 15", ["training.micro_batch=15"])
        self.refuse(65, "batch: expected at most the 128 examples trained on, got 256",
                    ["training.batch=256", "training.micro_batch=0"])
        self.refuse(78, "task.classes: 7, but the data set has 10", ["task.classes=7"])
        self.refuse(66, "nowhere.yaml", config="nowhere.yaml")

    def test_shipped_recipes_are_valid(self):
        """Each as it is, but for the data; images are the sample's."""
        for config in sorted((ROOT / "configs/train").glob("*.yaml")):
            words = ["train", config, "--check", "--output", self.folder / "checked"]
            images = "name: cifar10" in config.read_text()
            if images:
                words += ["--set", f"data.path={ROOT}/configs/data/cifar10_sample", "--set", "data.validation_images=100"]
            done = program.run(*words)
            if images:
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("steps of", done.stdout)
            else:  # all keys are read before the data is missed
                self.assertEqual(done.returncode, 66, done.stderr)

    def test_architecture(self):
        self.refuse(65, "expected 8 choices, got 2", options=["--arch", "1,2"])
        self.refuse(65, "choice|slot", options=["--arch", "9,0,0,0,0,0,0,0"])
        config = self.folder / "nothing.yaml"
        config.write_text(pathlib.Path(CONFIG).read_text().replace("space: smoke\n", "").replace(f"arch: {ARCH}\n", ""))
        self.refuse(78, "(?s)space: required.*--arch RUN/results.h5#1.*arch: required", config=config)
        self.refuse(78, "unknown name 'nosuch'", options=["--space", "nosuch"])

    def test_run_references(self):
        self.refuse(66, "none/results.h5", options=["--arch", "none/results.h5#1"])
        with h5py.File(self.folder / "other.h5", "w"):
            pass
        self.refuse(65, "other.h5: expected the results of a run", options=["--arch", f"{self.folder}/other.h5#1"])
        self.train("short", ["training.epochs=40"], options=["--max-time", "0.05"], code=75)
        self.refuse(65, "holds no ranked networks: the run has not ended", options=["--arch", f"{self.folder}/short/results.h5#1"])
        self.train("ended", ["training.epochs=1"])
        self.refuse(65, r"expected a rank in \[1, 1\], got 3", options=["--arch", f"{self.folder}/ended/results.h5#3"])

    def test_network_that_does_not_fit_the_data(self):
        self.refuse(78, r"image classification: expected .*input", options=["--space", "bert", "--arch", "0,0,0,0"])

    def test_divergence(self):
        done = self.train("diverged", ["training.max_loss=1e-3"], code=65)
        self.assertRegex(done.stderr, "training diverged: .*lower learning rate")
        self.assertEqual(Results(self.folder / "diverged" / "results.h5").candidates.decoded("status").tolist(), ["failed"])

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_more_ranks_than_micro_batches(self):
        done = self.train("ranks", ["training.micro_batch=0"], ranks=2, code=78)
        self.assertIn("2 ranks cannot share a batch of 32 in pieces of 32", done.stderr)

    def test_evaluate(self):
        done = program.run("evaluate", self.folder / "none")
        self.assertEqual(done.returncode, 66, done.stderr)
        self.train("weights", ["training.epochs=1"])
        done = program.run("evaluate", self.folder / "weights", "--set", 'arch="0,0,0,0,0,0,0,0"')
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("not the weights of this network", done.stderr)
        done = program.run("evaluate", self.folder / "weights" / "results.h5")
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("no hpnas-weights", done.stderr)


if __name__ == "__main__":
    program.main()
