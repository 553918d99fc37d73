"""Makes a weights file of a pretrained BERT as Hugging Face stores it, for `pretrained` and everything else that reads weights.

    convert_bert.py bert-base-uncased/ --output bert_base.h5
    hpnas score --space bert --archs archs.txt --pretrained bert_base.h5 ...      # candidates take their slices, as in DE-NAS
    hpnas train configs/train/squad.yaml --set pretrained=bert_base.h5 --set data.vocabulary=bert-base-uncased/vocab.txt ...

The folder holds config.json, model.safetensors or pytorch_model.bin (for the latter PyTorch is needed), and vocab.txt if the words shall
be known. Names with and without the prefix "bert." are read, and the older LayerNorm.gamma and .beta. Queries, keys and values become one
layer; the pooler is kept if it is there; heads of tasks (cls., classifier., qa_outputs.) are left out. The result is the bare encoder
(space bert, head: none) with the checkpoint's own sizes and epsilon. Exit codes: 65 the checkpoint is none of these, 66 a file is
missing, 73 the output cannot be created.
"""
import argparse
import json
import os
import pathlib
import re
import sys

import command_line
import h5py
import numpy as np

EX_DATAERR, EX_NOINPUT, EX_CANTCREAT = 65, 66, 73
HEADS = ("cls.", "classifier.", "qa_outputs.")
BUFFERS = ("embeddings.position_ids", "embeddings.token_type_ids")
OUTSIDE = {"embeddings.word_embeddings": "embeddings.word", "embeddings.position_embeddings": "embeddings.position",
           "embeddings.token_type_embeddings": "embeddings.type", "embeddings.LayerNorm": "embeddings.norm", "pooler.dense": "head.pooler"}
IN_LAYER = {"attention.output.dense": "proj", "attention.output.LayerNorm": "norm1", "intermediate.dense": "fc1", "output.dense": "fc2",
            "output.LayerNorm": "norm2"}
ATTENTION = ("query", "key", "value")


class CheckpointError(ValueError):
    """What is read is no BERT that the space `bert` has."""


def read_safetensors(path):
    """Tensors by name: 8 bytes of length, a JSON header, raw little-endian data (bfloat16 widened to float32)."""
    types = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4"}
    raw = np.memmap(path, dtype=np.uint8, mode="r") if path.stat().st_size else np.empty(0, np.uint8)
    try:
        begin = 8 + int(raw[:8].view("<u8")[0])
        header = json.loads(raw[8:begin].tobytes())
        header.pop("__metadata__", None)
        tensors = {}
        for name, entry in header.items():
            first, last = entry["data_offsets"]
            values = np.frombuffer(raw[begin + first:begin + last], types[entry["dtype"]]).reshape(entry["shape"])
            if entry["dtype"] == "BF16":
                values = (values.astype("<u4") << 16).view("<f4")
            tensors[name] = values
        return tensors
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{path}: no safetensors file, or a damaged one ({error!r})") from error


def read_torch(path):
    """Tensors by name of a pickled state_dict; nothing but tensors is unpickled."""
    try:
        import torch  # noqa: PLC0415: optional
    except ImportError as error:
        raise CheckpointError(f"{path}: needs PyTorch to be read (Debian: python3-torch); model.safetensors does not") from error
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        return {name: tensor.detach().float().numpy() for name, tensor in state.items()}
    except Exception as error:
        raise CheckpointError(f"{path}: no state_dict of PyTorch, or a damaged one ({error!r})") from error


def read_checkpoint(folder):
    """The tensors and the file they are from."""
    for name, read in (("model.safetensors", read_safetensors), ("pytorch_model.bin", read_torch)):
        if (folder / name).exists():
            return read(folder / name), folder / name
    raise FileNotFoundError(f"{folder}: holds neither model.safetensors nor pytorch_model.bin")


def read_config(path):
    """The sizes; refuses models whose forward pass differs from the space's."""
    try:
        config = json.loads(path.read_text())
    except ValueError as error:
        raise CheckpointError(f"{path}: no JSON ({error})") from error
    for key, expected in (("model_type", "bert"), ("hidden_act", "gelu"), ("position_embedding_type", "absolute"), ("is_decoder", False)):
        if config.get(key, expected) != expected:
            raise CheckpointError(f"{path}: {key}: expected {expected!r}, got {config[key]!r}")
    sizes = {}
    for key, default in (("vocab_size", None), ("hidden_size", None), ("num_hidden_layers", None), ("num_attention_heads", None),
                         ("intermediate_size", None), ("max_position_embeddings", 512), ("type_vocab_size", 2), ("pad_token_id", 0)):
        sizes[key] = config.get(key, default)
        if not isinstance(sizes[key], int):
            raise CheckpointError(f"{path}: {key}: expected a whole number, got {sizes[key]!r}")
    if sizes["hidden_size"] % sizes["num_attention_heads"]:
        raise CheckpointError(f"{path}: expected num_attention_heads that divide hidden_size {sizes['hidden_size']}, "
                              f"got {sizes['num_attention_heads']}")
    return sizes, float(config.get("layer_norm_eps", 1e-12))


def plain_name(name):
    """A tensor's name without the prefix and with today's names of the norms' parameters."""
    name = name.removeprefix("bert.")
    return re.sub(r"LayerNorm\.gamma$", "LayerNorm.weight", re.sub(r"LayerNorm\.beta$", "LayerNorm.bias", name))


def expected_tensors(sizes):
    """{our layer/parameter: names in the checkpoint that are joined to it}, and {name in the checkpoint: its shape}."""
    hidden, inner = sizes["hidden_size"], sizes["intermediate_size"]
    tables = {"embeddings.word_embeddings": sizes["vocab_size"], "embeddings.position_embeddings": sizes["max_position_embeddings"],
              "embeddings.token_type_embeddings": sizes["type_vocab_size"]}
    matrices = {"intermediate.dense": (inner, hidden), "output.dense": (hidden, inner)}
    sources, shapes = {}, {}

    def add(ours, *names):
        for parameter in ("weight",) if names[0] in tables else ("weight", "bias"):
            sources[f"{ours}/{parameter}"] = [f"{name}.{parameter}" for name in names]
            for name in names:
                kind = re.sub(r"^encoder\.layer\.\d+\.", "", name)
                whole = (tables[name], hidden) if name in tables else matrices.get(kind, (hidden, hidden))
                shapes[f"{name}.{parameter}"] = whole[:1] if parameter == "bias" else (hidden,) if "LayerNorm" in name else whole

    for name, ours in OUTSIDE.items():
        add(ours, name)
    for layer in range(sizes["num_hidden_layers"]):
        add(f"layers.{layer}.qkv", *(f"encoder.layer.{layer}.attention.self.{name}" for name in ATTENTION))
        for name, ours in IN_LAYER.items():
            add(f"layers.{layer}.{ours}", f"encoder.layer.{layer}.{name}")
    return sources, shapes


def convert(tensors, sizes, source):
    """Our tensors {layer/parameter: array}, and the names of the checkpoint's that are left out. All mistakes are reported at once."""
    named = {plain_name(name): values for name, values in tensors.items()}
    sources, shapes = expected_tensors(sizes)
    if not any(name.startswith("pooler.") for name in named):
        sources = {ours: names for ours, names in sources.items() if not ours.startswith("head.pooler/")}
    wanted = [name for names in sources.values() for name in names]
    wrong = [f"{name}: missing, expected {list(shapes[name])}" for name in wanted if name not in named]
    for name in wanted:
        if name in named and named[name].shape != shapes[name]:
            wrong.append(f"{name}: expected {list(shapes[name])}, got {list(named[name].shape)}")
        elif name in named and not np.isfinite(named[name]).all():
            wrong.append(f"{name}: holds values that are not finite")
    known = set(wanted)
    left = [name for name in named if name not in known]
    wrong += [f"{name}: no tensor of a BERT of these sizes" for name in left if not name.startswith(HEADS) and name not in BUFFERS]
    if wrong:
        more = [f"... {len(wrong)} in all"] if len(wrong) > 10 else []
        raise CheckpointError("\n  ".join([f"{source}: not the BERT that config.json describes:", *wrong[:10], *more]))
    return {ours: np.concatenate([named[name] for name in names]).astype(np.float32) for ours, names in sources.items()}, left


def read_words(path, rows):
    words = path.read_text(encoding="utf-8").split("\n")
    words = [word.removesuffix("\r") for word in (words[:-1] if words[-1] == "" else words)]
    if len(words) > rows:
        raise CheckpointError(f"{path}: {len(words)} words, but only {rows} rows of embeddings")
    return words


def space_of(sizes, epsilon):
    """The network as the space's options, and its architecture in the space's notation."""
    layers, heads, hidden, inner = (sizes[key] for key in ("num_hidden_layers", "num_attention_heads", "hidden_size", "intermediate_size"))
    positions = sizes["max_position_embeddings"]
    space = (f"{{name: bert, layers: [{layers}], heads: [{heads}], hidden: [{hidden}], ffn: [{inner}], head_size: {hidden // heads}, "
             f"vocabulary: {sizes['vocab_size']}, positions: {positions}, sequence: {min(128, positions)}, "
             f"types: {sizes['type_vocab_size']}, padding: {sizes['pad_token_id']}, epsilon: {epsilon!r}, head: none}}")
    return space, f"({layers},{heads},{hidden},{hidden},{inner})"


def layout_of(name):
    """What src/export writes as the dimensions of a tensor."""
    if name.endswith("/bias") or "norm" in name:
        return "channels"
    table = {"embeddings.word/weight": "token channels", "embeddings.type/weight": "token channels",
             "embeddings.position/weight": "position channels"}
    return table.get(name, "out in")


def role_of(name):
    parameter = name.rsplit("/", 1)[1]
    return {"weight": "scale", "bias": "shift"}[parameter] if "norm" in name else parameter


def write(path, tensors, facts, words, heads):
    """A weights file (src/export/README.md); an earlier one is replaced as a whole."""
    unfinished = path.with_name(path.name + ".tmp")
    with h5py.File(unfinished, "w") as file:
        file.attrs["schema_name"], file.attrs["schema_version"] = np.bytes_("hpnas-weights"), 1
        network = file.create_group("network")
        for name, value in facts.items():
            network.attrs[name] = np.bytes_(value.encode())
        if words:
            file["vocabulary"] = np.char.encode(np.array(words), "utf-8")
        for name, values in tensors.items():
            dataset = file.create_dataset(f"weights/{name}", data=values)
            dataset.attrs["layout"], dataset.attrs["role"] = np.bytes_(layout_of(name)), np.bytes_(role_of(name))
            if ".qkv/" in name:
                dataset.attrs["heads"] = heads
    os.replace(unfinished, path)


def main():
    parser = argparse.ArgumentParser(prog="convert_bert", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path, help="folder with config.json and model.safetensors or pytorch_model.bin")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="HDF5 file to write")
    args = parser.parse_args()
    try:
        sizes, epsilon = read_config(args.checkpoint / "config.json")
        read, source = read_checkpoint(args.checkpoint)
        tensors, left = convert(read, sizes, source)
        words = read_words(args.checkpoint / "vocab.txt", sizes["vocab_size"]) if (args.checkpoint / "vocab.txt").exists() else []
    except CheckpointError as error:
        print(error, file=sys.stderr)
        return EX_DATAERR
    except OSError as error:
        print(error, file=sys.stderr)
        return EX_NOINPUT
    space, arch = space_of(sizes, epsilon)
    try:
        write(args.output, tensors, {"space": space, "arch": arch, "weights": str(source)}, words, sizes["num_attention_heads"])
    except OSError as error:
        print(f"{args.output}: cannot be created: {error}", file=sys.stderr)
        return EX_CANTCREAT
    print(f"{args.output}: {len(tensors)} tensors, {sum(values.size for values in tensors.values())} parameters of bert {arch}; "
          f"{len(words)} words")
    if left:
        print(f"left out: {len(left)} tensors: {', '.join(left)}")
    return 0


if __name__ == "__main__":
    command_line.run(main)
