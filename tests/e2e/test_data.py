"""Data sets of the user's own: pack, info, vocabulary, and what is said about bad files."""
import pathlib
import struct
import tempfile
import unittest
import wave

import program
from program import CONFIG, run, write_png


def write_wav(path, samples, rate=8000):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


class DataTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="hpnas_e2e_")
        self.folder = pathlib.Path(self.temporary.name)
        self.addCleanup(self.temporary.cleanup)

    def refused(self, code, *words):
        done = run(*words)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def write_images(self):
        for i in range(8):
            write_png(self.folder / f"in/{'red' if i % 2 else 'blue'}/{i}.png", 10 + i, (200, 0, i) if i % 2 else (0, i, 200))

    def test_images_are_packed_and_searched(self):
        self.write_images()
        packed = self.folder / "p.h5"
        done = run("data", "pack", self.folder / "in", "--kind", "images", "--size", "16", "--output", packed)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"train: pixels 8 x 16 x 16 x 3")
        self.assertRegex(done.stdout, r"(?m)^blue +4$")
        self.assertEqual(run("data", "info", packed).stdout, done.stdout)
        for path in (packed, self.folder / "in"):
            check = run("search", CONFIG, "--set", f"data={{name: images, path: {path}, validation_images: 2}}", "--set",
                        "training.batch=4", "--set", f"latency.path={self.folder}/t.h5", "--output", self.folder / "run", "--check")
            self.assertEqual(check.returncode, 0, check.stderr)
            self.assertRegex(check.stdout, r"data +2 classes, images .*; 6 to train, 2 to validate, 0 to test")

    def test_a_bad_image_is_named_or_left_out(self):
        self.write_images()
        bad = self.folder / "in/red/1.png"
        bad.write_bytes(bad.read_bytes()[:50])
        words = ["data", "pack", self.folder / "in", "--kind", "images", "--output", self.folder / "p.h5"]
        self.assertIn("1.png: expected a whole PNG image", self.refused(65, *words))
        self.assertFalse((self.folder / "p.h5").exists())
        done = run(*words, "--skip-bad")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("left out: ", done.stderr)
        self.assertRegex(done.stdout, r"(?m)^red +3$")

    def test_texts_are_packed(self):
        table = self.folder / "t.csv"
        table.write_text("text,label\n" + "".join(f"word{i} here,{'ab'[i % 2]}\n" for i in range(6)))
        done = run("data", "pack", table, "--kind", "texts", "--output", self.folder / "t.h5")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^examples +6$")
        # Searches train and score on images; the message says so.
        said = self.refused(78, "search", CONFIG, "--set", f"data={{name: texts, path: {self.folder}/t.h5}}", "--output",
                            self.folder / "run", "--check")
        self.assertIn("expected a data set of images", said)

    def test_recordings_are_packed(self):
        for i in range(4):
            write_wav(self.folder / f"in/{'yes' if i % 2 else 'no'}/{i}.wav", [1000, -1000] * 400)
        words = ["data", "pack", self.folder / "in", "--kind", "recordings", "--output", self.folder / "r.h5"]
        self.assertIn("expected 16000 Hz, got 8000 Hz", self.refused(65, *words))
        done = run(*words, "--rate", "8000")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"8000 samples per second")
        self.assertRegex(done.stdout, r"train: samples 3200")

    def test_a_vocabulary_is_made(self):
        corpus = self.folder / "corpus.txt"
        corpus.write_text("the cat sat on the mat\n" * 3)
        done = run("data", "vocabulary", corpus, "--output", self.folder / "vocab.txt", "--size", "100")
        self.assertEqual(done.returncode, 0, done.stderr)
        pieces = (self.folder / "vocab.txt").read_text().splitlines()
        self.assertEqual(pieces[:5], ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
        self.assertIn("the", pieces)
        self.assertIn(f"{len(pieces)} pieces from 18 words, 5 different", done.stdout)
        self.assertIn("cannot be read", self.refused(66, "data", "vocabulary", "/nowhere.txt", "--output", self.folder / "v.txt"))

    def test_wrong_words(self):
        self.refused(64, "data")
        self.refused(64, "data", "pack", "x", "--kind", "films", "--output", "x.h5")
        self.refused(64, "data", "pack", self.folder, "--kind", "images", "--output", "x.bin")
        self.refused(66, "data", "info", "/nowhere.h5")


if __name__ == "__main__":
    program.main()
