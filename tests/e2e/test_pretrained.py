"""Pretrained BERTs as Hugging Face stores them: converted, exported, scored and fine-tuned as slices of any size."""
import csv
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np
import program
from program import ROOT, Results
from reader import read_weights

sys.path.insert(0, str(ROOT / "analysis"))
from onnx_runtime import Runtime, find_library  # noqa: E402

try:
    import torch
except ImportError:
    torch = None
try:
    from torch_graph import TorchGraph
except ImportError:
    TorchGraph = None  # python3-torch or python3-onnx is not installed

CONVERT = ROOT / "analysis/convert_bert.py"
LAYERS, HEADS, HIDDEN, INNER, POSITIONS = 3, 4, 32, 48, 24
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "green", "blue", "one", "two", "three", "left", "right", "##s"]
CONFIG = {"model_type": "bert", "vocab_size": len(WORDS), "hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
          "intermediate_size": INNER, "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
          "hidden_act": "gelu", "pad_token_id": 0}
SPACE = (f"{{name: bert, layers: [1, 2, {LAYERS}], heads: [1, 2, {HEADS}], hidden: [16, {HIDDEN}], ffn: [24, {INNER}], head_size: 8, "
         f"positions: {POSITIONS}, sequence: 8, vocabulary: {len(WORDS)}, dropout: 0}}")
SMALL, FULL = "(2,2,16,16,24)", f"({LAYERS},{HEADS},{HIDDEN},{HIDDEN},{INNER})"


def random_bert(seed=1, layers=LAYERS):
    """Tensors of BertForPreTraining by their names: deviations of 0.2 rather than 0.02, so that every one of them matters."""
    random = np.random.default_rng(seed)
    tensors = {}

    def add(name, *shape, around=0.0):
        tensors[name] = (around + 0.2 * random.standard_normal(shape)).astype(np.float32)

    def dense(name, out, inputs):
        add(name + ".weight", out, inputs)
        add(name + ".bias", out)

    def norm(name):
        add(name + ".weight", HIDDEN, around=1)
        add(name + ".bias", HIDDEN)

    for name, rows in (("word", len(WORDS)), ("position", POSITIONS), ("token_type", 2)):
        add(f"bert.embeddings.{name}_embeddings.weight", rows, HIDDEN)
    norm("bert.embeddings.LayerNorm")
    for i in range(layers):
        layer = f"bert.encoder.layer.{i}."
        for name in ("query", "key", "value"):
            dense(f"{layer}attention.self.{name}", HIDDEN, HIDDEN)
        dense(layer + "attention.output.dense", HIDDEN, HIDDEN)
        norm(layer + "attention.output.LayerNorm")
        dense(layer + "intermediate.dense", INNER, HIDDEN)
        dense(layer + "output.dense", HIDDEN, INNER)
        norm(layer + "output.LayerNorm")
    dense("bert.pooler.dense", HIDDEN, HIDDEN)
    add("cls.predictions.bias", len(WORDS))
    tensors["bert.embeddings.position_ids"] = np.arange(POSITIONS, dtype=np.int64)[None]
    return tensors


def write_safetensors(path, tensors):
    header, blobs, at = {"__metadata__": {"format": "pt"}}, [], 0
    for name, values in tensors.items():
        blob = values.tobytes()
        header[name] = {"dtype": {"float32": "F32", "float16": "F16", "uint16": "BF16", "int64": "I64"}[values.dtype.name],
                        "shape": list(values.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(blobs))


def bert_forward(tensors, tokens, segments):
    """Hidden states [N, L, C] and the pooled first token [N, C] in double precision. Source: Devlin et al., NAACL 2019."""
    t = {name.removeprefix("bert."): values.astype(np.float64) for name, values in tensors.items()}
    erf = np.vectorize(math.erf)

    def dense(name, x):
        return x @ t[name + ".weight"].T + t[name + ".bias"]

    def norm(name, x):
        centred = x - x.mean(-1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12) * t[name + ".weight"] + t[name + ".bias"]

    def split(x):
        return x.reshape(*x.shape[:2], HEADS, HIDDEN // HEADS).transpose(0, 2, 1, 3)

    x = t["embeddings.word_embeddings.weight"][tokens] + t["embeddings.token_type_embeddings.weight"][segments]
    x = norm("embeddings.LayerNorm", x + t["embeddings.position_embeddings.weight"][:tokens.shape[1]])
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}."
        q, k, v = (split(dense(f"{layer}attention.self.{name}", x)) for name in ("query", "key", "value"))
        logits = np.where((tokens != 0)[:, None, None], q @ k.transpose(0, 1, 3, 2) / math.sqrt(HIDDEN // HEADS), -np.inf)
        weights = np.exp(logits - logits.max(-1, keepdims=True))
        seen = (weights / weights.sum(-1, keepdims=True) @ v).transpose(0, 2, 1, 3).reshape(x.shape)
        x = norm(layer + "attention.output.LayerNorm", x + dense(layer + "attention.output.dense", seen))
        inner = dense(layer + "intermediate.dense", x)
        x = norm(layer + "output.LayerNorm", x + dense(layer + "output.dense", inner * 0.5 * (1 + erf(inner / math.sqrt(2)))))
    return x, np.tanh(dense("pooler.dense", x[:, 0]))


class Pretrained(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hpnas_pretrained_"))
        cls.bert = random_bert()
        cls.weights = cls.folder / "bert.h5"
        done = cls.convert(cls.checkpoint("bert", cls.bert), cls.weights)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        cls.said = done.stdout

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def checkpoint(cls, name, tensors, config=None, torch_file=False):
        folder = cls.folder / name
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps(CONFIG | (config or {})))
        (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
        if torch_file:
            torch.save({key: torch.from_numpy(values) for key, values in tensors.items()}, folder / "pytorch_model.bin")
        elif tensors:
            write_safetensors(folder / "model.safetensors", tensors)
        return folder

    @staticmethod
    def convert(folder, output):
        return subprocess.run([sys.executable, CONVERT, folder, "--output", output], capture_output=True, text=True, check=False)


class ConvertTest(Pretrained):
    def test_says_what_it_kept_and_what_it_left(self):
        n_kept = sum(v.size for name, v in self.bert.items() if not name.startswith("cls.") and not name.endswith("_ids"))
        self.assertIn(f"{n_kept} parameters of bert {FULL}; {len(WORDS)} words", self.said)
        self.assertIn("left out: 2 tensors: cls.predictions.bias, embeddings.position_ids", self.said)

    def outputs(self, path, inputs):
        if find_library() is not None:
            session = Runtime(find_library()).load(path)
            return session.bind(inputs).run()
        module = TorchGraph(path).eval()
        with torch.inference_mode():
            given = [torch.from_numpy(inputs[name].astype(kind)) for name, (kind, _) in module.inputs.items()]
            return [out.numpy() for out in module(*given)]

    @unittest.skipIf(find_library() is None and TorchGraph is None, "neither ONNX Runtime nor python3-torch and python3-onnx")
    def test_the_whole_network_is_the_checkpoints_in_other_runtimes(self):
        model = self.folder / "bert.onnx"
        done = program.run("export", "--weights", self.weights, "--onnx", model)
        self.assertEqual(done.returncode, 0, done.stderr)
        random = np.random.default_rng(7)
        tokens = random.integers(1, len(WORDS), size=(3, POSITIONS))
        tokens[1, 9:] = 0  # padding
        segments = (np.arange(POSITIONS)[None] >= np.array([[5], [7], [POSITIONS]])).astype(np.int64)
        expected = bert_forward(self.bert, tokens, segments)
        for got, right in zip(self.outputs(model, {"tokens": tokens, "segments": segments}), expected, strict=True):
            self.assertLessEqual(np.abs(got - right).max() / np.abs(right).max(), 1e-4)

    def test_other_names_and_types_give_the_same_weights(self):
        renamed = {name.removeprefix("bert.").replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"):
                   values for name, values in self.bert.items()}
        halves = {name: values if values.dtype == np.int64 else values.astype(np.float16) for name, values in self.bert.items()}
        brief = {name: values if values.dtype == np.int64 else (values.view(np.uint32) >> 16).astype(np.uint16)
                 for name, values in self.bert.items()}
        ours = read_weights(self.weights)
        for name, tensors, tolerance in (("renamed", renamed, 0), ("float16", halves, 1e-3), ("bfloat16", brief, 1e-2)):
            with self.subTest(name):
                output = self.folder / f"{name}.h5"
                self.assertEqual(self.convert(self.checkpoint(name, tensors), output).returncode, 0)
                for layer, parameters in read_weights(output).items():
                    for parameter, values in parameters.items():
                        np.testing.assert_allclose(values, ours[layer][parameter], rtol=tolerance, atol=tolerance)

    @unittest.skipIf(torch is None, "no python3-torch")
    def test_pytorchs_files_give_the_same_weights(self):
        output = self.folder / "torch.h5"
        done = self.convert(self.checkpoint("torch", self.bert, torch_file=True), output)
        self.assertEqual(done.returncode, 0, done.stderr)
        ours = read_weights(self.weights)
        for layer, parameters in read_weights(output).items():
            for parameter, values in parameters.items():
                np.testing.assert_array_equal(values, ours[layer][parameter])

    def test_checkpoints_that_are_none_are_refused(self):
        def refuse(name, message, tensors, config=None, code=65):
            done = self.convert(self.checkpoint(name, tensors, config), self.folder / "refused.h5")
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(message, done.stderr)
            self.assertNotIn("Traceback", done.stderr)
            self.assertFalse((self.folder / "refused.h5").exists())

        query = "bert.encoder.layer.1.attention.self.query.weight"
        refuse("missing", f"{query.removeprefix('bert.')}: missing, expected [32, 32]", {n: v for n, v in self.bert.items() if n != query})
        refuse("shape", f"{query.removeprefix('bert.')}: expected [32, 32], got [32, 16]", self.bert | {query: self.bert[query][:, :16]})
        refuse("nan", "holds values that are not finite", self.bert | {query: np.full_like(self.bert[query], np.nan)})
        refuse("deeper", "encoder.layer.3.attention.self.query.weight: no tensor of a BERT of these sizes", random_bert(layers=4))
        refuse("other", "model_type: expected 'bert', got 'roberta'", self.bert, {"model_type": "roberta"})
        refuse("tanh", "hidden_act: expected 'gelu', got 'gelu_new'", self.bert, {"hidden_act": "gelu_new"})
        refuse("nothing", "holds neither model.safetensors nor pytorch_model.bin", {}, code=66)
        broken = self.checkpoint("broken", {})
        done = self.convert(self.folder / "bert", self.folder / "no" / "such" / "folder.h5")
        self.assertEqual(done.returncode, 73)
        self.assertIn("cannot be created", done.stderr)
        (broken / "model.safetensors").write_bytes(b"not a model")
        done = self.convert(broken, self.folder / "refused.h5")
        self.assertEqual(done.returncode, 65)
        self.assertIn("no safetensors file", done.stderr)


class ScoreTest(Pretrained):
    def score(self, output, *options, archs=(SMALL, FULL), code=0, space=SPACE):
        (self.folder / "archs.txt").write_text("\n".join(archs) + "\n")
        scores = "diversity,saliency,snip,{name: de_score, mode: compat}"
        done = program.run("score", "--space", "bert", "--space-options", space, "--archs", self.folder / "archs.txt", "--batch", 4,
                           "--scores", scores, "--output", self.folder / output, *options)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        if code != 0:
            return done.stderr
        with open(self.folder / output, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_slices_are_scored_instead_of_random_weights(self):
        pretrained, again = (self.score(name, "--pretrained", self.weights) for name in ("one.csv", "two.csv"))
        random = self.score("random.csv")
        for mine, repeated, other in zip(pretrained, again, random, strict=True):
            self.assertEqual(mine["status"], "ok")
            for name in ("diversity", "saliency", "snip", "de_score"):
                self.assertEqual(mine[name], repeated[name])
                self.assertGreater(abs(float(mine[name]) / float(other[name]) - 1), 1e-3, name)

    def test_slices_are_what_the_file_holds(self):
        """A file that holds the slice alone gives the same numbers; the classifier is new in both."""
        with h5py.File(self.folder / "slice.h5", "w") as file:
            for layer, parameters in read_weights(self.weights).items():
                if layer.startswith("layers.2"):
                    continue
                for name, values in parameters.items():
                    file[f"{layer}/{name}"] = small_slice(layer, values)
        whole, part = (self.score(f"{name}.csv", "--pretrained", self.folder / f"{name}.h5", archs=[SMALL], space=space)[0]
                       for name, space in (("bert", SPACE), ("slice", SPACE.replace(f", {LAYERS}]", "]").replace(f", {HEADS}]", "]")
                                                             .replace(f", {HIDDEN}]", "]").replace(f", {INNER}]", "]"))))
        for name in ("diversity", "saliency", "snip", "de_score", "params"):
            self.assertEqual(whole[name], part[name])

    def test_other_weights_under_the_same_name_are_another_run(self):
        copy = self.folder / "copy.h5"
        shutil.copy(self.weights, copy)
        self.score("bound.csv", "--pretrained", copy)
        self.convert(self.checkpoint("reborn", random_bert(seed=2)), copy)
        self.assertIn("facts.pretrained", self.score("bound.csv", "--pretrained", copy, code=78))

    def test_mistakes(self):
        wider = SPACE.replace(f"ffn: [24, {INNER}]", "ffn: [24, 64]")
        self.assertIn("layers.0.fc1/weight: [64, 32] is no slice of [48, 32]",
                      self.score("wrong.csv", "--pretrained", self.weights, archs=[SMALL], space=wider, code=65))
        self.assertIn("nowhere.h5", self.score("wrong.csv", "--pretrained", "nowhere.h5", code=66))
        done = program.run("search", program.CONFIG, "--set", f"pretrained={self.weights}", "--output", self.folder / "wrong")
        self.assertEqual(done.returncode, 78)
        self.assertIn("pretrained: only candidates of objective score", done.stderr)

    def test_searches(self):
        def search(name, *options):
            done = program.run("search", ROOT / "configs/smoke/score.yaml", "--output", self.folder / name, "--set", f"space={SPACE}",
                               *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done, Results(self.folder / name / "results.h5")

        done, found = search("found", "--set", f"pretrained={self.weights}")
        _, random = search("found_random")
        self.assertIn(f"pretrained weights of {self.weights}", done.stderr)
        self.assertFalse(np.array_equal(found.table("reference")["de_score_diversity"], random.table("reference")["de_score_diversity"]))


def small_slice(layer, values):
    """The part that SMALL takes: 2 of 4 heads of 8, 16 of 32 channels, 24 of 48 inner ones."""
    if layer.endswith(".qkv"):
        return np.concatenate([part[:16, :16] if part.ndim == 2 else part[:16] for part in np.split(values, 3)])
    if layer.endswith(".fc1"):
        return values[:24, :16] if values.ndim == 2 else values[:24]
    if layer.endswith(".fc2"):
        return values[:16, :24] if values.ndim == 2 else values[:16]
    if layer.startswith("embeddings") and values.ndim == 2:
        return values[:, :16]
    return values[:16, :16] if values.ndim == 2 else values[:16]


class TrainTest(Pretrained):
    def words(self, name, *sets):
        random = np.random.default_rng(1)
        texts = self.folder / "texts.csv"
        if not texts.exists():
            lines = ["text,label,split"]
            for i in range(96):
                told = WORDS[4 + 3 * (i % 2) + random.integers(3)]
                text = " ".join(random.permutation([told, *random.choice(WORDS[10:12], 4)]))
                lines.append(f"{text},{('colour', 'number')[i % 2]},{'train' if i < 64 else 'validation'}")
            texts.write_text("\n".join(lines) + "\n")
        config = self.folder / "train.yaml"
        config.write_text(f"""
seed: 1
output: x
space: {SPACE}
arch: {SMALL}
pretrained: {self.weights}
data: {{name: texts, path: {texts}, vocabulary: {self.folder}/bert/vocab.txt, sequence: 8}}
training: {{epochs: 1, batch: 16, micro_batch: 8, optimizer: {{name: adamw, learning_rate: 0.003}}}}
""")
        words = ["train", config, "--output", self.folder / name]
        for assignment in sets:
            words += ["--set", assignment]
        return words

    def train(self, name, *sets, code=0, ranks=0):
        done = program.run(*self.words(name, *sets), ranks=ranks)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done

    def curve(self, name):
        epochs = Results(self.folder / name / "results.h5").table("training/epochs")
        return {column: epochs[column].tolist() for column in epochs.names()}

    def test_training_starts_from_the_slices(self):
        done = self.train("still", "training.optimizer={name: sgd, learning_rate: 1.0e-30}")
        self.assertIn("new: head.fc.weight, head.fc.bias", done.stderr)
        source = read_weights(self.weights)
        trained = read_weights(self.folder / "still" / "best.h5")
        self.assertIn("layers.1.fc2", trained)
        for layer, parameters in trained.items():
            for name, values in parameters.items():
                if layer != "head.fc":
                    np.testing.assert_array_equal(values, small_slice(layer, source[layer][name]), f"{layer}/{name}")

    def test_the_whole_network_computes_what_the_checkpoint_does(self):
        self.train("full", "training.optimizer={name: sgd, learning_rate: 1.0e-30}", f"arch='{FULL}'", "space.epsilon=1.0e-12")
        written = self.folder / "outputs.h5"
        done = program.run("evaluate", self.folder / "full", "--split", "validation", "--outputs", written, "--examples", 16)
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(written) as file:
            tokens, segments = (file[f"inputs/{name}"][()].astype(int) for name in ("tokens", "segments"))
            logits = file["outputs/output"][()]
        self.assertGreater(len(np.unique(tokens)), 8)
        head = read_weights(self.folder / "full" / "best.h5")["head.fc"]
        expected = bert_forward(self.bert, tokens, segments)[1] @ head["weight"].T + head["bias"]
        self.assertLessEqual(np.abs(logits - expected).max() / np.abs(expected).max(), 1e-4)
        self.assertGreater(np.ptp(expected, axis=0).min() / np.abs(expected).max(), 1e-2)  # texts differ

    def test_an_epoch_differs_from_one_of_random_weights(self):
        self.train("tuned")
        self.train("scratch", "pretrained=''")
        self.assertNotEqual(self.curve("tuned")["train_loss"], self.curve("scratch")["train_loss"])
        self.weights.rename(self.folder / "away.h5")  # judging needs the trained weights alone
        judged = program.run("evaluate", self.folder / "tuned", "--split", "validation")
        (self.folder / "away.h5").rename(self.weights)
        self.assertEqual(judged.returncode, 0, judged.stderr)

    def test_a_killed_training_continues_with_the_same_numbers_on_two_ranks(self):
        long = ("training.epochs=60", "fit.checkpoint_seconds=0")
        self.train("whole", *long)
        with open(self.folder / "killed.log", "w", encoding="utf-8") as log:
            process = subprocess.Popen(program.command(*self.words("killed", *long)), cwd=ROOT, env=program.environment(), stdout=log,
                                       stderr=log)
        path = self.folder / "killed" / "results.h5"

        def begun():
            table = Results(path).table("training/epochs") if path.exists() else None
            return table is not None and len(table) >= 3

        program.Smoke.wait_for(self, begun, process)
        process.kill()
        process.wait()
        done = self.train("killed", *long, ranks=2 if program.MPIRUN else 0)
        self.assertIn("continuing after", done.stderr)
        self.assertEqual(self.curve("killed"), self.curve("whole"))

    def test_other_weights_under_the_same_name_are_another_training(self):
        copy = self.folder / "copy.h5"
        shutil.copy(self.weights, copy)
        self.train("bound", f"pretrained={copy}")
        self.convert(self.checkpoint("reborn", random_bert(seed=2)), copy)
        self.assertIn("facts.pretrained", self.train("bound", f"pretrained={copy}", code=78).stderr)

    def test_mistakes(self):
        own = self.train("words", "data.vocabulary=''", "data.vocabulary_size=100", code=65).stderr
        self.assertRegex(own, r"trained on other words: token \d+ is '.*' there and '.*' in the data; give the data set the vocabulary")
        deep = self.train("deep", "space.layers=[4]", "arch='(4,2,16,16,24)'", code=65).stderr
        self.assertIn("layers.3.qkv/weight: missing, expected at least [48, 16]", deep)


if __name__ == "__main__":
    program.main()
