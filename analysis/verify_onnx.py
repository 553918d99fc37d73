"""Runs an exported network in ONNX Runtime on examples whose outputs hpnas computed, and compares.

    hpnas evaluate RUN --outputs outputs.h5
    hpnas export --weights RUN/best.h5 --onnx network.onnx
    verify_onnx network.onnx outputs.h5

Exit code 0: every output is within the tolerance and has its largest value at the same place; 1: not so; 77: there is no ONNX Runtime.
Needs python3-h5py, python3-numpy and libonnxruntime.so (--library, $ONNXRUNTIME_LIBRARY, or where the loader finds it).
"""
import argparse
import sys

import command_line
import h5py
import numpy as np
import onnx_runtime
from reader import text

NO_RUNTIME = 77


def read_arrays(path, group):
    """The arrays of a group by name, in the order of the names."""
    with h5py.File(path, "r") as file:
        if text(file.attrs.get("schema_name")) != "hpnas-outputs":
            sys.exit(f"{path}: expected a file that `hpnas evaluate RUN --outputs FILE` wrote")
        return {name: item[()] for name, item in sorted(file[group].items())}


def as_wanted(name, array, sizes):
    """Images are stored [N, H, W, C]; an exported network may want [N, C, H, W]."""
    if list(array.shape[1:]) != sizes[1:] and array.ndim == 4:
        array = array.transpose(0, 3, 1, 2)
    if list(array.shape[1:]) != sizes[1:]:
        sys.exit(f"{name}: the network wants {sizes[1:]}, the outputs are those of {list(array.shape[1:])}: another network")
    return array


def compare(expected, got):
    """Largest difference relative to the largest value, and how many rows have their largest value at the same place."""
    difference = np.abs(got - expected).max() / max(np.abs(expected).max(), 1e-30)
    same = got.argmax(axis=-1) == expected.argmax(axis=-1)
    return difference, int(same.sum()), same.size


def run(library, path, inputs, names):
    """The network's outputs by name, and the runtime's version."""
    runtime = onnx_runtime.Runtime(library)
    session = runtime.load(path)
    if set(session.inputs) != set(inputs) or session.outputs != names:
        sys.exit(f"{path}: expected inputs {list(inputs)} and outputs {names}, got {list(session.inputs)} and {session.outputs}: another "
                 "network")
    arrays = {name: as_wanted(name, array, session.inputs[name][1]) for name, array in inputs.items()}
    return dict(zip(names, session.bind(arrays).run())), runtime.version


def main():
    parser = argparse.ArgumentParser(prog="verify_onnx", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", help="ONNX file")
    parser.add_argument("outputs", help="file of `hpnas evaluate --outputs`")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="largest difference, relative to the largest output")
    parser.add_argument("--library", help="libonnxruntime.so")
    args = parser.parse_args()
    library = args.library or onnx_runtime.find_library()
    if library is None:
        print("no libonnxruntime.so found: jobs/setup.sh --onnxruntime fetches it; or name it with --library or $ONNXRUNTIME_LIBRARY")
        sys.exit(NO_RUNTIME)
    inputs, expected = read_arrays(args.outputs, "inputs"), read_arrays(args.outputs, "outputs")
    got, version = run(library, args.network, inputs, list(expected))
    good = True
    for name, ours in expected.items():
        difference, same, count = compare(ours, got[name])
        good = good and bool(difference <= args.tolerance) and same == count
        print(f"{name}: ONNX Runtime {version} and hpnas agree in {same} of {count} largest values; "
              f"largest difference {difference:.1e} of the largest output")
    if not good:
        sys.exit(f"not the same outputs (tolerance {args.tolerance:g})")


if __name__ == "__main__":
    command_line.run(main)
