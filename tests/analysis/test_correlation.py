"""Tests of benchmarks/correlation.py; skipped without scipy."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

try:
    import scipy  # noqa: F401
except ImportError:
    print("skipped: scipy is not installed (jobs/setup.sh --tests)")
    sys.exit(77)

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "benchmarks", "correlation.py")


class CorrelationTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.truth = self.write("truth.csv", "arch,acc,group\na,1,1\nb,2,1\nc,3,2\nd,4,2\ne,,2\nf,5,2\n")
        self.scores = self.write("scores.csv", "line,arch,up,holes,ntk,same,status\n" + "".join(
            f"{i},{arch},{i},{hole},{i},7,ok\n" for i, (arch, hole) in enumerate([("a", ""), ("b", ""), ("c", 9), ("d", 5), ("e", 1), ("f", 7)])))

    def tearDown(self):
        self.directory.cleanup()

    def write(self, name, text):
        path = os.path.join(self.directory.name, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def run_program(self, *files, code=0, options=()):
        done = subprocess.run([sys.executable, PROGRAM, *files, self.truth, "--resamples", "5", *(options or ["--truth", "acc"])],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done

    def rho_tau(self, text, name):
        return tuple(map(float, re.search(rf"^\| {re.escape(name)} \| (\S+) \[.*?\| (\S+) \[", text, re.M).groups()))

    def test_ranks_by_hand(self):
        done = self.run_program(self.scores, options=["--truth", "acc", "--aggregate", "sum=up,holes"])
        self.assertEqual(self.rho_tau(done.stdout, "up"), (1, 1))
        self.assertEqual(self.rho_tau(done.stdout, "ntk"), (-1, -1))  # smaller is better
        # Ranks 1.5, 1.5, 5, 3, 4 against 1 to 5: sums of products 6.5, of squares 9.5 and 10; 7 pairs agree, 2 do not, 1 is tied.
        rho, tau = self.rho_tau(done.stdout, "holes")
        self.assertAlmostEqual(rho, 6.5 / 95 ** 0.5, places=3)
        self.assertAlmostEqual(tau, (7 - 2) / 90 ** 0.5, places=3)
        # ln(rank / 5) added up, ranks 1 to 5 and 1, 1, 5, 3, 4: products 1, 2, 15, 12, 20, the order a b d c f.
        self.assertEqual(self.rho_tau(done.stdout, "sum"), (0.9, 0.8))
        self.assertIn("left out networks without a value in acc", done.stderr)
        self.assertIn("left out, the same for all networks: same", done.stderr)

    def test_networks_of_one_group(self):
        self.assertIn("all 3 ", self.run_program(self.scores, options=["--truth", "acc", "--where", "group=2"]).stdout)

    def test_scores_of_two_files(self):
        more = self.write("more.csv", "arch,other,up\n" + "".join(f"{arch},{-i},{-i}\n" for i, arch in enumerate("fedcba")))
        self.assertEqual(self.rho_tau(self.run_program(self.scores, f"{more}:other").stdout, "other"), (1, 1))
        self.assertIn("up of a differs", self.run_program(self.scores, more, code=1).stderr)
        self.assertIn("got none a", self.run_program(self.scores, self.write("few.csv", "arch,z\nb,1\n"), code=1).stderr)

    def test_mistakes_are_told(self):
        self.assertIn("1 networks are not scored yet", self.run_program(self.write("half.csv", "arch,z,status\na,,pending\n"), code=1).stderr)
        self.assertIn("No such file", self.run_program("nowhere.csv", code=1).stderr)
        for option, value in (("--truth", "x"), ("--key", "x"), ("--aggregate", "s=x"), ("--magnitude", "x"), ("--where", "x=1"),
                              ("--also", "x"), ("--smaller-is-better", "x")):
            done = self.run_program(self.scores, code=1, options=["--truth", "acc", option, value])
            self.assertIn("has no 'x'", done.stderr, option)
        for option, value, told in (("--where", "group", "expected COLUMN=VALUE"), ("--where", "group=a", "--where: expected numbers, got 'a'"),
                                    ("--where", "arch=1", "arch: expected numbers, got 'a'"), ("--also", "arch", "arch: expected numbers, got 'a'")):
            self.assertIn(told, self.run_program(self.scores, code=1, options=["--truth", "acc", option, value]).stderr)
        self.assertIn("arch: expected numbers", self.run_program(self.scores, code=1, options=["--truth", "arch"]).stderr)
        self.assertIn("the scores: word: expected numbers, got 'much'", self.run_program(self.write("text.csv", "arch,word\na,much\nb,1\n"), code=1).stderr)


if __name__ == "__main__":
    unittest.main()
