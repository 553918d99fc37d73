"""Reads the results.h5 of a search (layout: src/store/FORMAT.md). The only place that knows HDF5 here.

    from reader import Results
    results = Results("run/results.h5")
    ok = results.candidates.decoded("status") == "ok"
    results.candidates["val_top1"][ok]          # numpy array
    results.candidates.units["latency_ms"]      # "ms"

Needs h5py and numpy: on Debian, /usr/bin/python3 with python3-h5py.
"""
import h5py
import numpy as np

SCHEMA_NAME = "hpnas-results"
SCHEMA_MAJOR = 1


class FormatError(ValueError):
    """The file is no results file, or of a version that this reader does not know."""


def text(value):
    """A str of an HDF5 string or bytes; everything else as it is."""
    return value.decode("utf-8") if isinstance(value, bytes) else value


def _array(dataset):
    values = dataset[()]
    if values.dtype.kind in "SO":
        return np.array([text(v) for v in np.ravel(values)], dtype=str).reshape(values.shape)
    return values


def read_weights(path):
    """Tensors of a weights file (layout: src/export/README.md): {layer: {parameter: numpy array}}."""
    with h5py.File(path, "r") as file:
        return {layer: {name: item[()] for name, item in group.items()} for layer, group in file["weights"].items()}


class Table:
    """Columns of equal length; table["name"] is a numpy array."""

    def __init__(self, group):
        # "gene" numbers the second axis of "encoding": an axis, not a column.
        datasets = {name: item for name, item in group.items() if isinstance(item, h5py.Dataset) and name != "gene"}
        self.columns = {name: _array(item) for name, item in datasets.items()}
        self.units = {name: text(item.attrs.get("units", "")) for name, item in datasets.items()}
        self.long_names = {name: text(item.attrs.get("long_name", "")) for name, item in datasets.items()}
        self.versions = {name: int(item.attrs.get("version", 0)) for name, item in datasets.items()}
        self._meanings = {
            name: (np.atleast_1d(item.attrs["flag_values"]), text(item.attrs["flag_meanings"]).split())
            for name, item in datasets.items()
            if "flag_meanings" in item.attrs
        }

    def __getitem__(self, name):
        return self.columns[name]

    def __contains__(self, name):
        return name in self.columns

    def __len__(self):
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def names(self):
        return list(self.columns)

    def decoded(self, name):
        """An enum column as strings, e.g. "ok", "infeasible", "failed"."""
        values, meanings = self._meanings[name]
        table = {int(value): meaning for value, meaning in zip(values, meanings)}
        return np.array([table[int(v)] for v in self.columns[name]], dtype=str)

    def label(self, name):
        """ "name (unit)", for an axis."""
        unit = self.units.get(name, "")
        return f"{name} ({unit})" if unit not in ("", "1") else name


class Results:
    """Everything of a results file, read at once; the file is closed afterwards."""

    def __init__(self, path):
        self.path = str(path)
        with h5py.File(path, "r") as file:
            self.attributes = {name: text(value) for name, value in file.attrs.items()}
            self._check()
            self.config = text(file["config/yaml"][()].flat[0]) if "config/yaml" in file else ""
            self.provenance = {name: text(value) for name, value in file["provenance"].attrs.items()}
            self.tables = {}
            file.visititems(self._add)

    def _check(self):
        name, version = self.attributes.get("schema_name"), str(self.attributes.get("schema_version", ""))
        if name != SCHEMA_NAME or version.split(".")[0] != str(SCHEMA_MAJOR):
            raise FormatError(f"{self.path}: expected {SCHEMA_NAME} {SCHEMA_MAJOR}.x, got {name} {version}")

    def _add(self, name, item):
        if isinstance(item, h5py.Group) and any(isinstance(child, h5py.Dataset) for child in item.values()):
            self.tables[name] = Table(item)

    def table(self, name):
        """A group by its path ("screening/buckets"); None if this run has none."""
        return self.tables.get(name)

    @property
    def candidates(self):
        return self.tables["candidates"]

    @property
    def pareto(self):
        return self.tables["pareto"]

    @property
    def space(self):
        return self.tables["space"]

    @property
    def ranking(self):
        return self.table("ranking")

    @property
    def timing(self):
        return self.tables["timing/candidates"]

    def ok(self):
        """Mask of the candidates that were evaluated without trouble."""
        return self.candidates.decoded("status") == "ok"
