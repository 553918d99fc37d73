"""Times ONNX files of hpnas in PyTorch on this machine, CPU or GPU: networks, or the blocks of a space for its latency table.

    hpnas latency onnx CONFIG blocks/                                             # where hpnas is
    measure_torch.py blocks/ --device cuda --precision fp16 --output times.csv    # on the target
    hpnas latency import CONFIG times.csv

As measure_onnx.py; the graph is run by analysis/torch_graph.py, traced and frozen (--eager: as it is). On a GPU every sample ends when
the device has finished. Needs PyTorch, numpy and the Python package onnx.
"""
import argparse
import sys

import block_times
import command_line
import numpy as np
import torch
from torch_graph import TorchGraph


def prepared(path, arrays_of, device, precision, eager):
    """The module and its inputs on the device."""
    module = TorchGraph(path).eval().to(device)
    arguments = [torch.from_numpy(array).to(device) for array in arrays_of(module.inputs).values()]
    if precision == "fp16":
        module = module.half()
        arguments = [x.half() if x.is_floating_point() else x for x in arguments]
    if eager:
        return module, arguments
    return torch.jit.freeze(torch.jit.trace(module, arguments, check_trace=False)), arguments


def timed(args, item, between):
    batch = item.batch or args.batch
    module, arguments = prepared(item.path, lambda inputs: block_times.random_inputs(inputs, batch, np.random.default_rng(1)),
                                 args.device, args.precision, args.eager)

    def call():
        module(*arguments)
        if args.device != "cpu":
            torch.cuda.synchronize()

    return block_times.time_calls(call, args.samples, args.warmup_ms / 1e3, between)


def rows(args, items):
    empty = block_times.empty_network(items)
    overhead = np.median(timed(args, block_times.Item(empty), None)) if empty else 0.0
    for i, item in enumerate(items):
        cold = item.block and not args.hot and args.device == "cpu"
        seconds = timed(args, item, block_times.Caches(item.path.stat().st_size) if cold else None)
        row = {"block": item.block or item.path.stem, "input": item.input,
               **block_times.summary(seconds, overhead if item.block else 0.0)}
        print(f"{i + 1} of {len(items)}: {item.block or item.path}: {row['median_ms']:.4g} ms", file=sys.stderr)
        yield row


def device_name(args):
    """A runtime of its own is a device of its own: its times do not mix with those of our engine on the same processor."""
    hardware = block_times.describe_cpu() if args.device == "cpu" else torch.cuda.get_device_name(args.device)
    return args.name or f"{hardware}, PyTorch"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    block_times.add_options(parser)
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    parser.add_argument("--precision", default="fp32", choices=("fp32", "fp16"))
    parser.add_argument("--threads", type=command_line.positive, default=1, help="CPU threads")
    parser.add_argument("--eager", action="store_true", help="no tracing")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    items = block_times.items_of(args.names)
    if args.output and not all(item.block for item in items):
        parser.error("--output: a table holds the blocks of one folder")
    with torch.inference_mode():
        result = list(rows(args, items))
    block_times.publish(args.output, {"device": device_name(args), "batch": items[0].batch, "threads": args.threads,
                                      "precision": args.precision, "libraries": f"PyTorch {torch.__version__}"}, result)


if __name__ == "__main__":
    command_line.run(main)
