"""Trainings on texts and recordings: they learn, and what belongs to their inputs is kept with the weights."""
import json
import wave

import h5py
import numpy as np
import program
from program import Results
from test_train import TrainCase


class OtherDataTest(TrainCase):
    """Texts and recordings of the user's own, a hundred or so of each."""

    def train_on(self, name, config, *options):
        path = self.folder / f"{name}.yaml"
        path.write_text(config)
        done = program.run("train", path, "--output", self.folder / name, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return Results(self.folder / name / "results.h5")

    def texts(self):
        random = np.random.default_rng(1)
        words = ["red", "green", "blue", "one", "two", "three", "left", "right"]
        path = self.folder / "texts.csv"
        with open(path, "w", encoding="utf-8") as file:
            file.write("text,label,split\n")
            for i in range(160):
                label = ("colour", "number")[i % 2]
                told = words[3 * (i % 2) + random.integers(3)]
                text = " ".join(random.permutation([told, *random.choice(words[6:], 4)]))
                file.write(f"{text},{label},{'train' if i < 96 else 'validation' if i < 128 else 'test'}\n")
        return path

    def test_texts(self):
        results = self.train_on("texts", f"""
seed: 1
output: x
space: {{name: bert, layers: [1, 2], heads: [1, 2], hidden: [16, 32], ffn: [32, 64], head_size: 8, dropout: 0}}
arch: 0,0,0,0
data: {{name: texts, path: {self.texts()}, vocabulary_size: 100}}
training:
  epochs: 12
  batch: 16
  micro_batch: 8
  optimizer: {{name: adamw, learning_rate: 0.005}}
  schedule: {{name: linear, warmup_epochs: 1}}
""")
        self.assertGreater(results.candidates["test_top1"][0], 90)
        self.assertIn("[CLS]", (self.folder / "texts" / "vocab.txt").read_text().splitlines())
        done = program.run("evaluate", self.folder / "texts", "--json")
        self.assertEqual(json.loads(done.stdout)["top1"], results.candidates["test_top1"][0])
        # Words and length belong to the model: other training texts change neither, and exports need no data.
        lines = self.texts().read_text().splitlines()
        other = self.folder / "other.csv"
        other.write_text("\n".join(line if not line.endswith("train") else f"new words,{line.split(',')[1]},train" for line in lines) + "\n")
        done = program.run("evaluate", self.folder / "texts", "--json", "--set", f"data.path={other}")
        self.assertEqual(json.loads(done.stdout)["loss"], results.candidates["test_loss"][0], done.stderr)
        other.write_text(self.texts().read_text().replace("colour", "tint"))
        done = program.run("evaluate", self.folder / "texts", "--set", f"data.path={other}")
        self.assertEqual(done.returncode, 65)
        self.assertIn("class 0 is 'colour' there and 'number' here", done.stderr)
        self.texts().unlink()
        done = program.run("export-weights", "--weights", self.folder / "texts/best.h5", "--output", self.folder / "texts.h5")
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(self.folder / "texts.h5") as file:
            self.assertEqual([word.decode() for word in file["vocabulary"]], (self.folder / "texts/vocab.txt").read_text().splitlines())

    def recordings(self):
        """Three tones of half a second in noise, two of them per recording; 8 kHz, 16 bit."""
        random = np.random.default_rng(2)
        folder = self.folder / "wav"
        folder.mkdir(exist_ok=True)
        lines = ["file,label,split"]
        time = np.arange(2000) / 8000
        for i in range(96):
            tones = random.integers(3, size=2)
            sound = np.concatenate([np.sin(2 * np.pi * (400, 1000, 2200)[tone] * time) * np.hanning(2000) for tone in tones])
            samples = (8000 * sound + 100 * random.standard_normal(4000)).astype("<i2")
            with wave.open(str(folder / f"{i}.wav"), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(8000)
                file.writeframes(samples.tobytes())
            lines.append(f"wav/{i}.wav,{' '.join('abc'[tone] for tone in tones)},{'train' if i < 64 else 'validation' if i < 80 else 'test'}")
        path = self.folder / "recordings.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    def test_sequences_of_recordings_by_decoder_and_ctc(self):
        config = f"""
seed: 1
output: x
space: {{name: asr, mels: 20, tokens: 3, ctc: true, decoder_layers: 1, decoder_heads: 2, decoder_ffn: 32, dropout: 0,
        depth: [1, 2], mlp: 2, heads: 2, d_model: [16, 32]}}
arch: v:1,2,-,2,-,16
data: {{name: recordings, path: {self.recordings()}, sequences: true, rate: 8000, fft: 256, mels: 20}}
training:
  epochs: 2
  batch: 16
  micro_batch: 8
  optimizer: {{name: adamw, learning_rate: 0.003}}
  spec_augment: {{mel_masks: 0, time_masks: 0}}
"""
        results = self.train_on("both", config)
        curve = results.table("training/epochs")
        self.assertLess(curve["val_loss"][-1], curve["val_loss"][0])
        self.assertTrue(np.isfinite(results.candidates["test_error"][0]))
        alone = self.train_on("ctc", config, "--set", "space.decoder_layers=0", "--set", "training.epochs=40")
        self.assertLess(alone.candidates["test_error"][0], 20)


if __name__ == "__main__":
    program.main()
