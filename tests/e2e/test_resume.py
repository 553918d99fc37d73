"""A search that is cut short at any moment ends, run again, with the results of an uninterrupted one."""
import os
import pathlib
import shutil
import signal
import time
import unittest

import program


def children(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Interrupted(program.Smoke):
    """Runs that are cut short, against one that was not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.search(cls(), "whole", program.SLOW)

    def finish_and_compare(self, name, ranks=0):
        done = self.search(name, program.SLOW, ranks=ranks)
        self.assertIn("latency target", done.stdout)
        self.assert_same_candidates(name, "whole")

    def stop_by(self, name, request, reason, ranks=0):
        process = self.start(name, program.ENDLESS, ranks=ranks)
        self.wait_for_candidates(name, 1, process)
        request(process)
        self.assertEqual(process.wait(program.LIMIT_S), 75, self.log(name))
        self.assertIn(f"stopped ({reason}", self.log(name))
        self.assertEqual(self.event_kinds(name)[-1], "stop")

    def kill_when(self, name, moment):
        process = self.start(name, program.ENDLESS)
        self.wait_for(lambda: moment(self.folder / name), process)
        process.kill()
        self.assertEqual(process.wait(), -signal.SIGKILL)


class ResumeTest(Interrupted):
    def test_kill_before_the_journal(self):
        self.kill_when("kill_start", lambda run: run.exists())
        self.finish_and_compare("kill_start")

    def test_kill_as_the_journal_begins(self):
        self.kill_when("kill_journal", lambda run: (run / "journal").exists())
        self.finish_and_compare("kill_journal")

    def test_kill_again_and_again(self):
        for n in (1, 5, 9):
            self.kill_when("kill_often", lambda run, n=n: self.n_evaluated(run.name) >= n)
        self.assertGreaterEqual(self.n_evaluated("kill_often"), 9)
        self.finish_and_compare("kill_often")
        self.assertEqual(self.event_kinds("kill_often"), ["start", "restart", "restart", "restart", "finish"])

    def test_kill_while_the_finalists_are_measured(self):
        process = self.start("kill_end", [*program.SLOW, "ranking.passes=1000", "ranking.finalists=12"])
        self.wait_for(lambda: "measuring the finalists" in self.log("kill_end"), process)
        process.kill()
        process.wait()
        self.assertEqual(self.n_evaluated("kill_end"), 12)
        self.finish_and_compare("kill_end")

    def test_continues_without_screening(self):
        sets = ["screening.samples=0", "search.candidates=3"]
        self.search("unscreened", sets)
        self.search("unscreened", [*sets[:1], "search.candidates=5"])
        self.assertEqual(self.n_evaluated("unscreened"), 5)

    def test_other_images_under_the_same_path_are_another_run(self):
        images = self.folder / "images"
        shutil.copytree(program.ROOT / "configs/data/cifar10_sample", images)
        sets = [f"data.path={images}", "search.candidates=2"]
        self.search("other_images", sets)
        batch = images / "data_batch_1.bin"
        pixels = bytearray(batch.read_bytes())
        pixels[100] ^= 255
        batch.write_bytes(pixels)
        refused = self.search("other_images", sets, code=78)
        self.assertIn("facts.images", refused.stderr)

    def test_another_number_of_threads_is_another_run(self):
        self.search("threads", ["search.candidates=2"])
        refused = self.search("threads", ["search.candidates=2", "threads=2", "latency.force=true"], code=78)
        self.assertIn("threads", refused.stderr)

    def test_torn_last_record_is_cut_off(self):
        self.kill_when("torn", lambda run: self.n_evaluated(run.name) >= 3)
        journal = self.folder / "torn/journal"
        journal.write_bytes(journal.read_bytes()[:-5])
        self.finish_and_compare("torn")

    def test_damage_inside_the_journal_is_refused(self):
        self.search("damaged", ["search.candidates=4"])
        journal = self.folder / "damaged/journal"
        content = bytearray(journal.read_bytes())
        content[len(content) // 2] ^= 0xFF
        journal.write_bytes(content)
        done = self.search("damaged", ["search.candidates=4"], code=65)
        self.assertRegex(done.stderr, r"damaged/journal: offset \d+")

    def test_signals_stop_and_continue(self):
        for number in (signal.SIGUSR1, signal.SIGTERM):
            with self.subTest(number.name):
                self.stop_by(number.name, lambda p, number=number: p.send_signal(number), f"signal {int(number)}")
                self.finish_and_compare(number.name)

    def test_stop_file_stops_until_it_is_deleted(self):
        stop = self.folder / "file/STOP"
        self.stop_by("file", lambda _: stop.touch(), f"stop file {stop}")
        self.assertIn(f"delete {stop}", self.log("file"))
        self.assertIn(f"delete {stop}", self.search("file", program.SLOW, code=75).stderr)
        stop.unlink()
        self.finish_and_compare("file")

    def test_time_limit_stops(self):
        start = time.monotonic()
        done = self.search("limit", ["training.epochs=100000"], ["--max-time", "1"], code=75)
        self.assertIn("run the same command again", done.stderr)
        # No candidate could end: training itself is interrupted. Half of LIMIT_S leaves room for a busy machine.
        self.assertLess(time.monotonic() - start, program.LIMIT_S / 2)
        self.search("limit_then_on", program.ENDLESS, ["--max-time", "1"], code=75)
        self.finish_and_compare("limit_then_on")


@unittest.skipIf(not program.MPIRUN, "built without MPI")
class RanksResumeTest(Interrupted):
    """The same with two ranks: the whole run had one."""

    def test_kill_of_either_rank_ends_the_job_and_loses_nothing(self):
        for rank in (0, 1):
            name = f"rank{rank}"
            process = self.start(name, program.ENDLESS, ranks=2)
            self.wait_for_candidates(name, 2, process)
            os.kill(children(process.pid)[rank], signal.SIGKILL)
            self.assertEqual(process.wait(program.LIMIT_S), 137, self.log(name))
            self.finish_and_compare(name, ranks=1 + rank)

    def test_signal_to_mpirun_stops_all_ranks(self):
        self.stop_by("usr1", lambda p: p.send_signal(signal.SIGUSR1), "signal 10", ranks=2)
        self.finish_and_compare("usr1", ranks=1)


if __name__ == "__main__":
    program.main()
