"""Timing of exported blocks: with a clock of our own, so that every number is known."""
import io
import pathlib
import sys
import tempfile
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "analysis"))
import block_times  # noqa: E402


class Clock:
    """A clock that only moves when something is done."""

    def __init__(self):
        self.now, self.calls = 0.0, 0

    def __call__(self):
        return self.now

    def work(self, seconds):
        def call():
            self.now += seconds
            self.calls += 1
        return call


class TimeCallsTest(unittest.TestCase):
    def test_short_calls_are_repeated_inside_a_sample(self):
        clock = Clock()
        seconds = block_times.time_calls(clock.work(1e-5), 3, 0.0, clock=clock)
        np.testing.assert_allclose(seconds, 1e-5)
        self.assertEqual(clock.calls, 2 + 3 * 20)  # 0.2 ms a sample

    def test_what_lies_between_calls_is_not_counted(self):
        clock = Clock()
        seconds = block_times.time_calls(clock.work(1e-5), 4, 1e-3, between=lambda: setattr(clock, "now", clock.now + 1), clock=clock)
        np.testing.assert_allclose(seconds, 1e-5)
        self.assertEqual(clock.calls, 100 + 4)  # the warm-up lasts a millisecond


class TableTest(unittest.TestCase):
    def test_summary_takes_off_what_a_call_costs(self):
        row = block_times.summary([3e-3, 1e-3, 2e-3], 5e-4)
        self.assertEqual({key: round(value, 9) for key, value in row.items()},
                         {"median_ms": 1.5, "min_ms": 0.5, "p90_ms": 2.5, "mean_ms": 1.5, "std_ms": round((2 / 3) ** 0.5, 9), "count": 3})
        self.assertGreater(block_times.summary([1e-4], 1e-3)["median_ms"], 0)

    def test_csv_is_what_latency_import_reads(self):
        stream = io.StringIO()
        block_times.write_table(stream, {"device": "x", "batch": 2, "threads": 1, "precision": "fp16", "libraries": "y"},
                                [{"block": "conv k=3, s=1", "input": "8x8x3", **block_times.summary([1e-3])}])
        lines = stream.getvalue().splitlines()
        self.assertEqual(lines[:5], ["# device: x", "# batch: 2", "# threads: 1", "# precision: fp16", "# libraries: y"])
        self.assertEqual(lines[6], "block,input,median_ms,min_ms,p90_ms,mean_ms,std_ms,count")
        self.assertEqual(lines[7], '"conv k=3, s=1",8x8x3,1,1,1,1,0,1')

    def test_blocks_of_a_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            index = pathlib.Path(folder) / "blocks.csv"
            index.write_text('# batch: 4\nfile,block,input\na.onnx,"conv, 3",8x8x3\n')
            items = block_times.items_of([folder, "whole.onnx"])
            self.assertEqual([(item.block, item.input, item.batch) for item in items], [("conv, 3", "8x8x3", 4), ("", "", 0)])
            self.assertEqual(block_times.empty_network(items), pathlib.Path(folder) / "empty.onnx")
            self.assertIsNone(block_times.empty_network(items[1:]))
            index.unlink()
            with self.assertRaisesRegex(SystemExit, "no blocks.csv"):
                block_times.items_of([folder])

    def test_inputs_have_the_batch_where_it_is_open(self):
        arrays = block_times.random_inputs({"x": (np.float32, [-1, 3]), "ids": (np.int64, [2, 5])}, 7, np.random.default_rng(1))
        self.assertEqual(arrays["x"].shape, (7, 3))
        self.assertTrue(set(np.unique(arrays["ids"])) <= {0, 1})


if __name__ == "__main__":
    unittest.main()
