"""What the comparison scripts share: clean environment, pinned runs, quiet moments, the machine, tables."""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def openblas_core():
    """Kernels that OpenBLAS should be told to use, as it does not know this processor (0.3.21 falls back to SSE3 on Xeons of
    2024) or is held to others by the caller's environment; nothing where it finds good ones by itself."""
    flags = set(re.search(r"^flags\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)[1].split())
    best = "SkylakeX" if "avx512vl" in flags else "Haswell" if "avx2" in flags else None
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    ask = "import ctypes; f = ctypes.CDLL('libopenblas.so.0').openblas_get_corename; f.restype = ctypes.c_char_p; print(f().decode())"
    known = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True).stdout.strip()
    return {"OPENBLAS_CORETYPE": best} if best and known in ("Prescott", "Core2", "Nehalem", "Generic") else {}


def clean_environment(threads, extra=None):
    """The caller's environment with `threads` OpenMP threads and without what slows OpenBLAS or changes the threads."""
    drop = ("OPENBLAS_", "OMP_", "GOMP_", "MKL_", "DNNL_", "GLIBC_TUNABLES")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(drop)}
    environment.update({"OMP_NUM_THREADS": str(threads), **openblas_core(), **(extra or {})})
    return environment


def pinned(threads, command):
    """`command` on the first `threads` cores that this process may use."""
    cores = sorted(os.sched_getaffinity(0))[:threads]
    if len(cores) < threads:
        sys.exit(f"{threads} threads wanted, but only {len(cores)} cores may be used")
    return ["taskset", "-c", ",".join(map(str, cores)), *map(str, command)]


def program(build, name):
    path = pathlib.Path(build).resolve() / "benchmarks" / name
    if not path.exists():
        sys.exit(f"{path} is missing; build it:\n"
                 f"  cmake -S . -B {build} -DHPNAS_BENCHMARKS=ON && cmake --build {build} --target {name}")
    return path


def hpnas(build):
    path = pathlib.Path(build).resolve() / "hpnas"
    if not path.exists():
        sys.exit(f"{path} is missing; build it:\n  cmake -S . -B {build} && cmake --build {build} --target hpnas")
    return path


def busy_jiffies():
    ticks = list(map(int, open("/proc/stat").readline().split()[1:9]))
    return sum(ticks), sum(ticks) - ticks[3] - ticks[4]


def wait_until_quiet(seconds):
    """Returns at the first third of a second in which the machine was idle, at the latest after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = busy_jiffies()
        time.sleep(0.33)
        after = busy_jiffies()
        if after[1] - before[1] < 0.1 * (after[0] - before[0]):
            return


class Disturbance:
    """The largest share of the machine that other programs took while ours ran."""

    def __init__(self):
        self.worst = 0.0

    def run(self, command, environment, merge=False):
        """Standard output of a command, with its error output if `merge`; ends the script if the command fails."""
        before, used_before = busy_jiffies(), os.times()
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
        after, used_after = busy_jiffies(), os.times()
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr or done.stdout}")
        used = sum(used_after[2:4]) - sum(used_before[2:4])  # user and system time of finished children, s
        foreign = after[1] - before[1] - used * os.sysconf("SC_CLK_TCK")
        self.worst = max(self.worst, foreign / max(1, after[0] - before[0]))
        return done.stdout + done.stderr if merge else done.stdout


def json_lines(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def machine():
    """One line: processor, cores, memory, system, date, revision."""
    information = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", information)
    family = re.search(r"cpu family\s*: (.*)", information)
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 2**20
    git = ["git", "rev-parse", "--short", "HEAD"]
    revision = subprocess.run(git, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    name = f"{model[1]} (family {family[1]})" if model and family else os.uname().machine
    system = re.search(r'PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text())
    return (f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, {system[1] if system else os.uname().sysname}; "
            f"{datetime.date.today()}, revision {revision or 'unknown'}")


def table(header, rows):
    """A Markdown table; the first column is text, the others are numbers."""
    lines = ["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 1)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)


def publish(disturbance, text, header, rows):
    """Prints the machine, `text`, how disturbed the runs were, and the table."""
    print(f"{machine()}. {text} Other programs took at most {100 * disturbance.worst:.0f} % of the machine.\n")
    print(table(header, rows))
