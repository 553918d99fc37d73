"""ONNX Runtime's CPU library by its C interface: nothing but Python and the shared library is needed.

    from onnx_runtime import Runtime
    session = Runtime("libonnxruntime.so").load("network.onnx", threads=1)
    outputs = session.bind({"image": array}).run()      # numpy arrays in the order of the network's outputs

The interface is a table of functions that is only ever appended to, so places in it are the same in every version (1.4 and later).
"""
import ctypes
import glob
import os
import pathlib
import subprocess

import numpy as np

API_VERSION = 4
# Place in the table: onnxruntime_c_api.h, struct OrtApi.
FUNCTIONS = {
    "GetErrorMessage": 2, "CreateEnv": 3, "CreateSession": 7, "Run": 9, "CreateSessionOptions": 10, "SetOptimizedModelFilePath": 11,
    "SetSessionGraphOptimizationLevel": 23, "SetIntraOpNumThreads": 24, "SetInterOpNumThreads": 25, "SessionGetInputCount": 30,
    "SessionGetOutputCount": 31, "SessionGetInputTypeInfo": 33, "SessionGetInputName": 36, "SessionGetOutputName": 37,
    "CreateTensorWithDataAsOrtValue": 49, "GetTensorMutableData": 51, "CastTypeInfoToTensorInfo": 55, "GetTensorElementType": 60,
    "GetDimensionsCount": 61, "GetDimensions": 62, "GetTensorTypeAndShape": 65, "CreateCpuMemoryInfo": 69, "AllocatorFree": 76,
    "GetAllocatorWithDefaultOptions": 78, "ReleaseStatus": 93, "ReleaseSession": 95, "ReleaseValue": 96, "ReleaseTypeInfo": 98,
    "ReleaseTensorTypeAndShapeInfo": 99, "ReleaseSessionOptions": 100,
}
TYPES = {1: np.float32, 7: np.int64}  # ONNXTensorElementDataType
CODES = {np.dtype(kind): code for code, kind in TYPES.items()}
WARNING, ALL_OPTIMISATIONS = 2, 99


def find_library():
    """$ONNXRUNTIME_LIBRARY, the package in tests' cache folder, or the system's; None if there is none."""
    named = os.environ.get("ONNXRUNTIME_LIBRARY")
    if named:
        return named
    root = pathlib.Path(__file__).resolve().parent.parent
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(os.uname().machine, "")
    pattern = f"onnxruntime/node_modules/onnxruntime-node/bin/napi-v3/linux/{machine}/libonnxruntime.so*"
    folders = [os.environ.get("HPNAS_BUILD", root / "build")]
    found = [path for folder in folders for path in sorted(glob.glob(str(pathlib.Path(folder) / pattern)))]
    if found:
        return found[0]
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=False).stdout.splitlines()
    return next((line.split()[-1] for line in listed if "libonnxruntime.so" in line), None)


class RuntimeFailure(RuntimeError):
    """What ONNX Runtime said."""


class Runtime:
    """The loaded library."""

    def __init__(self, library):
        base = ctypes.CDLL(str(library)).OrtGetApiBase
        base.restype = ctypes.POINTER(ctypes.c_void_p * 2)
        get_api, get_version = base().contents
        self.version = ctypes.CFUNCTYPE(ctypes.c_char_p)(get_version)().decode()
        api = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint32)(get_api)(API_VERSION)
        self._table = ctypes.cast(api, ctypes.POINTER(ctypes.c_void_p))
        self._prototype = ctypes.CFUNCTYPE(ctypes.c_void_p, *[ctypes.c_void_p] * 8)
        self.environment = self.new("CreateEnv", WARNING, b"hpnas")
        self.memory = self.new("CreateCpuMemoryInfo", 0, 0)
        self.allocator = self.new("GetAllocatorWithDefaultOptions")

    def function(self, name):
        return self._prototype(self._table[FUNCTIONS[name]])

    def call(self, name, *arguments):
        """Calls a function that returns a status."""
        padded = [*arguments, *[None] * (8 - len(arguments))]
        self.check(self.function(name)(*padded))

    def check(self, status):
        if status:
            message = ctypes.cast(self.function("GetErrorMessage")(status, *[None] * 7), ctypes.c_char_p).value.decode()
            self.release("Status", status)
            raise RuntimeFailure(message)

    def release(self, kind, thing):
        self.function("Release" + kind)(thing, *[None] * 7)

    def new(self, name, *arguments, kind=ctypes.c_void_p):
        """Calls a function whose last argument receives its result."""
        result = kind()
        self.call(name, *arguments, ctypes.cast(ctypes.byref(result), ctypes.c_void_p))
        return result.value

    def load(self, path, threads=1, optimised_path=None):
        return Session(self, path, threads, optimised_path)


class Session:
    """A loaded network. @param threads  that share one operator; operators run one after the other"""

    def __init__(self, runtime, path, threads, optimised_path=None):
        self.runtime = runtime
        options = runtime.new("CreateSessionOptions")
        runtime.call("SetIntraOpNumThreads", options, threads)
        runtime.call("SetInterOpNumThreads", options, 1)
        runtime.call("SetSessionGraphOptimizationLevel", options, ALL_OPTIMISATIONS)
        if optimised_path:
            runtime.call("SetOptimizedModelFilePath", options, os.fsencode(optimised_path))
        self.handle = runtime.new("CreateSession", runtime.environment, os.fsencode(path), options)
        runtime.release("SessionOptions", options)
        self.inputs = {self._name("Input", i): self._input_type(i) for i in range(self._count("Input"))}
        self.outputs = [self._name("Output", i) for i in range(self._count("Output"))]

    def __del__(self):
        if getattr(self, "handle", None):
            self.runtime.release("Session", self.handle)

    def _count(self, kind):
        return self.runtime.new(f"SessionGet{kind}Count", self.handle, kind=ctypes.c_size_t)

    def _name(self, kind, i):
        text = self.runtime.new(f"SessionGet{kind}Name", self.handle, i, self.runtime.allocator)
        name = ctypes.cast(text, ctypes.c_char_p).value.decode()
        self.runtime.call("AllocatorFree", self.runtime.allocator, text)
        return name

    def _input_type(self, i):
        """Element type and sizes; -1 where the size is open."""
        info = self.runtime.new("SessionGetInputTypeInfo", self.handle, i)
        result = _type_and_sizes(self.runtime, self.runtime.new("CastTypeInfoToTensorInfo", info))
        self.runtime.release("TypeInfo", info)
        return result

    def bind(self, arrays):
        """These inputs, ready to run."""
        return Binding(self, arrays)


def _type_and_sizes(runtime, tensor):
    rank = runtime.new("GetDimensionsCount", tensor, kind=ctypes.c_size_t)
    sizes = (ctypes.c_int64 * rank)()
    runtime.call("GetDimensions", tensor, ctypes.cast(sizes, ctypes.c_void_p), rank)
    return TYPES[runtime.new("GetTensorElementType", tensor, kind=ctypes.c_int)], list(sizes)


class Binding:
    """A session with its inputs: each run() is one call of the library."""

    def __init__(self, session, arrays):
        self.session, runtime = session, session.runtime
        self.arrays = [np.ascontiguousarray(arrays[name], dtype=kind) for name, (kind, _) in session.inputs.items()]
        values = []
        for array in self.arrays:
            sizes = (ctypes.c_int64 * array.ndim)(*array.shape)
            values.append(runtime.new("CreateTensorWithDataAsOrtValue", runtime.memory, array.ctypes.data, array.nbytes,
                                      ctypes.cast(sizes, ctypes.c_void_p), array.ndim, CODES[array.dtype]))
        self.values = (ctypes.c_void_p * len(values))(*values)
        self.results = (ctypes.c_void_p * len(session.outputs))()
        self.names = [(ctypes.c_char_p * len(names))(*[name.encode() for name in names]) for names in (session.inputs, session.outputs)]
        pointer = lambda array: ctypes.cast(array, ctypes.c_void_p)  # noqa: E731
        self._arguments = (session.handle, None, pointer(self.names[0]), pointer(self.values), len(self.values),
                           pointer(self.names[1]), len(self.results), pointer(self.results))
        self._run = runtime.function("Run")

    def __del__(self):
        for value in [*getattr(self, "values", []), *getattr(self, "results", [])]:
            if value:
                self.session.runtime.release("Value", value)

    def execute(self):
        """One run; after the first one the outputs' memory is used again."""
        self.session.runtime.check(self._run(*self._arguments))

    def run(self):
        """One run and copies of its outputs."""
        self.execute()
        return [self._copy(value) for value in self.results]

    def _copy(self, value):
        runtime = self.session.runtime
        info = runtime.new("GetTensorTypeAndShape", value)
        kind, sizes = _type_and_sizes(runtime, info)
        runtime.release("TensorTypeAndShapeInfo", info)
        data = runtime.new("GetTensorMutableData", value)
        count = int(np.prod(sizes, dtype=np.int64))
        return np.ctypeslib.as_array(ctypes.cast(data, ctypes.POINTER(np.ctypeslib.as_ctypes_type(kind))), (count,)).reshape(sizes).copy()
