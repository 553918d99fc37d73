#!/usr/bin/env python3
"""Checks that the source tree keeps its shape: layers, ownership of third-party headers, tests and descriptions.

usage: check_layers.py SOURCE_DIR | check_layers.py --self-test
The table of layers is src/CMakeLists.txt itself: hpnas_folder(NAME DEPENDS ...) is what a folder may include besides itself.
"""
import pathlib
import re
import sys
import tempfile

OWNERS = [  # (pattern of the header, folders that may include it)
    (r"(boost/mpi|mpi\.h)", {"comm"}),
    (r"hdf5", {"h5"}),
    (r"yaml-cpp/", {"config"}),
    (r"(oneapi/dnnl|dnnl)", {"kernel"}),
    (r"(cblas\.h|lapacke\.h|openblas)", {"linalg"}),
    (r"(onnx/|google/protobuf)", {"export"}),
    (r"Eigen/", {"linalg", "strategy"}),
    (r"boost/random", {"strategy"}),
    (r"(Random123/|xxhash\.h)", {"core"}),
    (r"(CLI/|spdlog/)", {"app"}),
    (r"nlohmann/", {"app", "data"}),
    (r"(unicode/|jpeglib\.h|jerror\.h|png\.h|sndfile\.h|kissfft/)", {"data"}),
]
MOST_HEADER_LINES, MOST_SOURCE_LINES = 250, 400


def layers(root):
    text = (root / "src/CMakeLists.txt").read_text()
    table = {}
    for name, arguments in re.findall(r"hpnas_folder\((\w+)([^)]*)\)", text):
        depends = re.search(r"DEPENDS((?:\s+[a-z0-9_]+)*)", arguments)
        table[name] = set(depends.group(1).split()) if depends else set()
    table["app"] = set(table)
    return table


def cycles(table):
    state, found = {}, []

    def visit(name, path):
        if state.get(name) == "done":
            return
        if name in path:
            found.append(" -> ".join(path[path.index(name):] + [name]))
            return
        for other in sorted(table.get(name, ())):
            visit(other, path + [name])
        state[name] = "done"

    for name in sorted(table):
        visit(name, [])
    return found


def includes(path):
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if match:
            yield number, match.group(1)


def folder_files(root, folder):
    for base in (root / "include/hpnas" / folder, root / "src" / folder):
        if base.is_dir():
            yield from sorted(p for p in base.rglob("*") if p.suffix in (".hpp", ".cpp"))


def check_includes(root, folder, allowed):
    for path in folder_files(root, folder):
        where = path.relative_to(root)
        for number, header in includes(path):
            ours = re.match(r"hpnas/(\w+)/", header)
            if ours and ours.group(1) != folder and ours.group(1) not in allowed:
                yield f"{where}:{number}: {folder} may not include {header}; allowed: {', '.join(sorted(allowed)) or 'nothing'}"
            for pattern, owners in OWNERS:
                if not ours and re.match(pattern, header) and folder not in owners:
                    yield f"{where}:{number}: <{header}> belongs to {', '.join(sorted(owners))}"


def check_sizes(root, folder):
    for path in folder_files(root, folder):
        most = MOST_HEADER_LINES if path.suffix == ".hpp" else MOST_SOURCE_LINES
        lines = len(path.read_text(errors="replace").splitlines())
        if lines > most:
            yield f"{path.relative_to(root)}:{most + 1}: {lines} lines, at most {most}"


def check_tests(root, folder, tested):
    for path in sorted((root / "src" / folder).glob("*.cpp")):
        if folder != "app" and path.stem != "builtin" and path.stem not in tested:
            yield f"{path.relative_to(root)}:1: no tests/{folder}/test_{path.stem}.cpp"


def check(root):
    table = layers(root)
    errors = [f"src/CMakeLists.txt:1: folders depend on each other: {cycle}" for cycle in cycles(table)]
    tested = {p.stem.removeprefix("test_") for p in (root / "tests").rglob("test_*.cpp")}
    folders = sorted({p.name for base in ("include/hpnas", "src") for p in (root / base).iterdir() if p.is_dir()} - {"cmake"})
    for folder in folders:
        if folder not in table:
            errors.append(f"src/{folder}:1: not listed in src/CMakeLists.txt")
            continue
        errors += check_includes(root, folder, table[folder])
        errors += check_sizes(root, folder)
        if (root / "src" / folder).is_dir():
            errors += check_tests(root, folder, tested)
            if not (root / "src" / folder / "README.md").is_file():
                errors.append(f"src/{folder}:1: no README.md")
    return errors


GOOD = {
    "src/CMakeLists.txt": "hpnas_folder(core LINK fmt)\nhpnas_folder(h5 DEPENDS core LINK hdf5)\n",
    "src/core/a.cpp": "#include <vector>\n", "src/core/README.md": "", "tests/core/test_a.cpp": "",
    "include/hpnas/core/a.hpp": "", "src/h5/b.cpp": '#include "hpnas/core/a.hpp"\n#include <hdf5.h>\n', "src/h5/README.md": "",
    "tests/h5/test_b.cpp": "",
}
BAD = {  # change to the good tree -> what must be said
    "upward include": ({"src/core/a.cpp": '#include "hpnas/h5/b.hpp"\n'}, "may not include"),
    "foreign header": ({"src/core/a.cpp": "#include <hdf5.h>\n"}, "belongs to h5"),
    "cycle": ({"src/CMakeLists.txt": "hpnas_folder(core DEPENDS h5)\nhpnas_folder(h5 DEPENDS core)\n"}, "depend on each other"),
    "no test": ({"src/core/c.cpp": ""}, "no tests/core/test_c.cpp"),
    "no description": ({"src/h5/README.md": None}, "no README.md"),
    "unlisted folder": ({"src/new/d.cpp": "", "src/new/README.md": ""}, "not listed"),
    "long header": ({"include/hpnas/core/a.hpp": "\n" * 251}, "251 lines"),
    "long source": ({"src/core/a.cpp": "\n" * 401}, "401 lines"),
}


def errors_of(tree):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in tree.items():
            if text is not None:
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
        return check(root)


def self_test():
    failures = [f"the good tree gives: {error}" for error in errors_of(GOOD)]
    for rule, (change, expected) in BAD.items():
        errors = errors_of(GOOD | change)
        if len(errors) != 1 or expected not in errors[0]:
            failures.append(f"{rule}: expected one error with '{expected}', got {errors}")
    return failures


def main():
    errors = self_test() if sys.argv[1:] == ["--self-test"] else check(pathlib.Path(sys.argv[1]))
    print("\n".join(errors) or "ok")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
