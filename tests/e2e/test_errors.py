"""Every kind of bad input: its exit code, and one message that names what is wrong and what was expected."""
import re
import shutil
import unittest

import program
from program import CONFIG, ROOT

SAMPLE = ROOT / "configs/data/cifar10_sample"


class ErrorsTest(program.Smoke):
    def refuse(self, code, message, *words):
        """Runs and expects exit code, a message that matches, nothing on standard output; one message only."""
        done = program.run(*words)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertRegex(done.stderr, message)
        self.assertEqual(len(re.findall("(?m)^hpnas: ", done.stderr)), 1, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertNotIn("internal error", done.stderr)
        return done.stderr

    def refuse_set(self, code, message, *sets, output="refused"):
        stderr = self.refuse(code, message, *self.words(output, sets))
        self.assertFalse((self.folder / output / "journal").exists())
        return stderr

    def test_command_line(self):
        self.refuse(64, "sub-command is required|subcommand is required")
        self.refuse(64, "unknown sub-command or argument 'serch'", "serch")
        self.refuse(64, "config is required", "search")
        self.refuse(64, "--bogus", "search", CONFIG, "--bogus")
        self.refuse(64, "--seed = abc", "search", CONFIG, "--seed", "abc")
        self.refuse(64, "--max-time", "search", CONFIG, "--max-time", "soon")
        self.refuse(64, "loud", "--log-level", "loud", "search", CONFIG)
        self.refuse(64, "unknown family 'colours'; known: .*spaces, strategies", "list", "colours")

    def test_configuration_values(self):
        self.refuse_set(78, r"search: unknown key 'candidats'; did you mean 'candidates'\?", "search.candidats=3")
        self.refuse_set(78, r"search.candidates: expected an integer in \[1, \d+\], got many", "search.candidates=many")
        self.refuse_set(78, r"search.window: expected an integer in \[1, \d+\], got 0", "search.window=0")
        self.refuse_set(78, r"search.mode: .*asynchronous.*got sideways", "search.mode=sideways")
        self.refuse_set(78, "strategy: unknown name 'bayse'; did you mean 'bayes'. known: .*bayes.*random", "strategy.name=bayse")
        self.refuse_set(78, "space: unknown name 'smok'; did you mean 'smoke'. known: .*smoke", "space=smok")
        self.refuse_set(78, "--set foo: expected KEY.KEY=VALUE", "foo")
        self.refuse_set(78, r"screening.bucket: expected a bucket in \[0, 1\], got 7", "screening.bucket=7")
        self.refuse_set(78, "exactly one of edges_ms and edges_quantile", "screening.edges_ms=[1, 2]")
        self.refuse_set(78, "needs latency.name: table", "latency={name: measured}")
        self.refuse_set(78, "space file 'nowhere.yaml' not found", "space={name: staged, file: nowhere.yaml}")

    def test_all_mistakes_of_a_file_at_once_each_with_its_line(self):
        text = (ROOT / "configs/smoke/search.yaml").read_text()
        text = text.replace("bucket: 1", "bucket: one").replace("alpha: 0.05", "alfa: 0.05").replace("name: bayes", "name: bayse")
        config = self.folder / "wrong.yaml"
        config.write_text(text)
        stderr = self.refuse(78, "wrong", "search", config, "--output", self.folder / "refused")
        lines = [line.strip() for line in text.splitlines()]
        for wrong, key in (("bucket: one", "screening.bucket"), ("alfa: 0.05", "objective"), ("name: bayse", "strategy")):
            self.assertIn(f"{config}:{lines.index(wrong) + 1}: {key}", stderr)
        self.assertEqual(len(stderr.strip().splitlines()), 3, stderr)

    def test_configuration_file(self):
        self.refuse(66, "nowhere.yaml: .*No such file", "search", "nowhere.yaml")
        broken = self.folder / "broken.yaml"
        broken.write_text("seed: 1\nspace: {name: smoke\n")
        self.refuse(78, r"broken.yaml:\d+: YAML syntax", "search", broken)
        empty = self.folder / "empty.yaml"
        empty.write_text("")
        self.refuse(78, "output", "search", empty)

    def test_data(self):
        self.refuse_set(66, "/nowhere: expected a folder", "data.path=/nowhere")
        truncated = self.folder / "truncated"
        shutil.copytree(SAMPLE, truncated)
        with open(truncated / "data_batch_1.bin", "r+b") as file:
            file.truncate(3073 * 10 + 5)  # ten records of 1 + 3072 bytes, and a part of one
        self.refuse_set(65, "truncated/data_batch_1.bin", f"data.path={truncated}")
        mislabelled = self.folder / "mislabelled"
        shutil.copytree(SAMPLE, mislabelled)
        with open(mislabelled / "test_batch.bin", "r+b") as file:
            file.seek(3073 * 7)
            file.write(b"\x0a")  # labels are 0 to 9
        self.refuse_set(65, "mislabelled/test_batch.bin", f"data.path={mislabelled}")

    def test_output(self):
        (self.folder / "file").write_text("")
        self.refuse(73, "file/run: cannot create directory", *self.words("file/run"))
        self.refuse(73, "output /proc/hpnas: cannot create directory", *self.words("/proc/hpnas"))

    def test_empty_bucket_names_the_latencies_that_there_are(self):
        done = program.run(*self.words("empty", ["screening.edges_quantile=[]", "screening.edges_ms=[1e6, 2e6]", "screening.bucket=0"]))
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertRegex(done.stderr, r"no sample lies in bucket 0 \[1000000.0000, 2000000.0000\) ms; .*fastest.*median.*slowest")

    def test_latency_tables(self):
        self.refuse_set(66, "none.h5', which does not exist", f"latency.path={self.folder}/none.h5", "latency.missing=refuse")
        self.refuse_set(65, "search.yaml: no HDF5 file", f"latency.path={CONFIG}")
        self.refuse_set(65, "other conditions.*batch: '1' against '2'|other conditions.*batch: '2' against '1'", "latency.batch=2")
        done = program.run(*self.words("other", ["space=gpunet_cifar", "latency.missing=refuse"]))
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertRegex(done.stderr, "blocks are missing, the first is .*; set latency.missing: measure, or import them")

    def test_architectures(self):
        self.refuse(65, "expected 41 choices, got 3", "describe", "--space", "gpunet", "--arch", "1,2,3")
        self.refuse(65, "slot 0: expected an integer.*got 'abc'", "describe", "--space", "smoke", "--arch", "abc,0,0,0,0,0,0,0")
        self.refuse(65, "slot|choice", "describe", "--space", "smoke", "--arch", "9,0,0,0,0,0,0,0")
        self.refuse(65, r"expected 4 choices, got 5; did you mean '\(11,11,704,736,1824\)'\?",
                    "describe", "--space", "bert", "--arch", "11,11,704,736,1824")
        self.refuse(65, "super-block 1: unknown type 'SuperResK3K4'; known: SuperConvK", "describe", "--space", "plainnet", "--arch", "SuperResK3K4(3,8,1,8,1)")
        self.refuse(65, r"layer1.mlp: expected one of 3, 3.5, 4, got '192'", "describe", "--space", "vit", "--arch", "(12,3.5,192)")
        self.refuse(65, "expected one of GPUNet-0", "describe", "--space", "gpunet_networks", "--arch", "GPUNet-9")
        self.refuse(78, "unknown name 'nosuch'; known: .*gpunet", "describe", "--space", "nosuch", "--arch", "1")
        self.refuse(78, "--options: expected a YAML map", "describe", "--space", "smoke", "--options", "3", "--arch", "1")

    def test_files_to_look_at(self):
        self.refuse(66, "nofile.h5: no such file", "info", "nofile.h5")
        self.refuse(65, "quickstart.yaml: no HDF5 file", "info", "configs/quickstart.yaml")

    @unittest.skipIf(not program.MPIRUN, "built without MPI")
    def test_ranks_agree_on_the_code_and_print_the_message_once(self):
        done = program.run(*self.words("refused", ["search.window=0", "data.typo=1"]), ranks=2)
        self.assertEqual(done.returncode, 78)
        self.assertEqual(done.stderr.count("search.window: expected"), 1, done.stderr)
        self.assertEqual(program.run(*self.words("refused", ["data.path=/nowhere"]), ranks=2).returncode, 66)
        self.assertEqual(program.run(*self.words("/proc/hpnas"), ranks=2).returncode, 73)


if __name__ == "__main__":
    program.main()
