"""Times ONNX files in ONNX Runtime on this machine: whole networks, or the building blocks of a search space for its latency table.

    hpnas latency onnx CONFIG blocks/                          # where hpnas is: blocks that the table lacks
    measure_onnx blocks/ --threads 1 --output times.csv        # on the target
    hpnas latency import CONFIG times.csv                      # the search then targets that machine and runtime

    measure_onnx network.onnx ... --threads 1,2                # times of whole networks

Blocks are timed as inside a network: before each run, other memory passes through the caches (--hot: without). What a call costs by
itself, timed with an empty network, is taken off. Needs python3-numpy and libonnxruntime.so (--library, $ONNXRUNTIME_LIBRARY, or where
the loader finds it); with the Python package `onnxruntime` and --provider, any of its execution providers.
"""
import argparse
import sys

import block_times
import command_line
import numpy as np
import onnx_runtime


class PackageSession:
    """The Python package in place of the bare library: for execution providers such as CUDA or TensorRT."""

    TYPES = {"tensor(float)": np.float32, "tensor(int64)": np.int64}

    def __init__(self, path, threads, provider):
        import onnxruntime  # noqa: PLC0415: optional

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=[provider])
        self.inputs = {node.name: (self.TYPES[node.type], [size if isinstance(size, int) else -1 for size in node.shape])
                       for node in self.session.get_inputs()}
        self.version = f"{onnxruntime.__version__} {provider}"

    def calls(self, arrays):
        return lambda: self.session.run(None, arrays)


class LibrarySession:
    """The bare library, by analysis/onnx_runtime.py."""

    runtime = None

    def __init__(self, path, threads, library):
        if LibrarySession.runtime is None:
            LibrarySession.runtime = onnx_runtime.Runtime(library)
        self.session = self.runtime.load(path, threads)
        self.inputs, self.version = self.session.inputs, self.runtime.version

    def calls(self, arrays):
        return self.session.bind(arrays).execute


def session_of(args, path, threads):
    if args.provider:
        return PackageSession(path, threads, args.provider)
    library = args.library or onnx_runtime.find_library()
    if library is None:
        sys.exit("no libonnxruntime.so found: name it with --library or $ONNXRUNTIME_LIBRARY (npm install --ignore-scripts "
                 "onnxruntime-node@1.17.3 brings one), or use the Python package with --provider CPUExecutionProvider")
    return LibrarySession(path, threads, library)


def timed(args, path, threads, between):
    """Seconds of every sample, and the session's version."""
    session = session_of(args, path, threads)
    call = session.calls(block_times.random_inputs(session.inputs, args.batch, np.random.default_rng(1)))
    return block_times.time_calls(call, args.samples, args.warmup_ms / 1e3, between), session.version


def rows(args, items, threads):
    """One row per item, and the runtime's version."""
    empty = block_times.empty_network(items)
    overhead = np.median(timed(args, empty, threads, None)[0]) if empty else 0.0
    result, version = [], ""
    for i, item in enumerate(items):
        between = None if args.hot or not item.block else block_times.Caches(item.path.stat().st_size)
        seconds, version = timed(args, item.path, threads, between)
        row = block_times.summary(seconds, overhead if item.block else 0.0)
        result.append({"block": item.block or item.path.stem, "input": item.input, **row})
        print(f"{i + 1} of {len(items)}: {item.block or item.path}: {row['median_ms']:.4g} ms", file=sys.stderr)
    return result, version


def main():
    parser = argparse.ArgumentParser(prog="measure_onnx", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    block_times.add_options(parser)
    parser.add_argument("--threads", default="1", help="threads per operator; for networks also a list: 1,2")
    parser.add_argument("--library", help="libonnxruntime.so")
    parser.add_argument("--provider", help="use the Python package with this execution provider, e.g. CUDAExecutionProvider")
    args = parser.parse_args()
    items = block_times.items_of(args.names)
    threads = [int(t) for t in args.threads.split(",")]
    if args.output and (len(threads) > 1 or not all(item.block for item in items)):
        parser.error("--output: a table holds the blocks of one folder, for one number of threads")
    for count in threads:
        result, version = rows(args, items, count)
        block_times.publish(args.output, {"device": args.name or f"{block_times.describe_cpu()}, ONNX Runtime", "batch": items[0].batch,
                                          "threads": count, "precision": "fp32", "libraries": f"ONNX Runtime {version}"}, result)


if __name__ == "__main__":
    command_line.run(main)
