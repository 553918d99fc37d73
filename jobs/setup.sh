#!/usr/bin/env bash
# Installs what hpnas needs from Debian's packages (nothing if all is there) and builds it.
# usage: jobs/setup.sh [--tests] [--benchmarks] [--onnxruntime] [cmake options...]      build folder: $HPNAS_BUILD (default: build)
# --onnxruntime (part of --tests): also what runs exported networks, ONNX Runtime's library from npm and Python packages
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${HPNAS_BUILD:-$root/build}

packages=(g++ cmake ninja-build ccache
    libopenmpi-dev openmpi-bin libboost-mpi-dev libboost-serialization-dev libboost-random-dev
    libeigen3-dev libopenblas-openmp-dev libhdf5-dev libyaml-cpp-dev libspdlog-dev libfmt-dev
    libdnnl-dev libcli11-dev libonnx-dev libprotobuf-dev librandom123-dev libxxhash-dev nlohmann-json3-dev
    libicu-dev libjpeg62-turbo-dev libpng-dev libsndfile1-dev libkissfft-dev)
options=(-DHPNAS_TESTS=OFF)
targets=(hpnas)
onnxruntime=
while [ $# -gt 0 ]; do
    case $1 in
        --tests)
            packages+=(libgtest-dev python3-matplotlib python3-scipy)
            options[0]=-DHPNAS_TESTS=ON
            targets=(all)
            onnxruntime=1.17.3 ;;
        --onnxruntime) onnxruntime=1.17.3 ;;
        --benchmarks)
            packages+=(libbenchmark-dev)
            options+=(-DHPNAS_BENCHMARKS=ON)
            targets=(all) ;;
        *) options+=("$1") ;;
    esac
    shift
done
if [ -n "$onnxruntime" ]; then
    packages+=(python3 python3-h5py python3-numpy)
    command -v npm >/dev/null || packages+=(npm)
fi

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "installing: ${missing[*]}"
    as_root=$([ "$(id -u)" -eq 0 ] || echo sudo)
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# The client that exported networks are tested in; its tests are skipped where the registry cannot be reached.
if [ -n "$onnxruntime" ] && [ ! -d "$build/onnxruntime/node_modules/onnxruntime-node" ]; then
    mkdir -p "$build/onnxruntime"
    if npm install --prefix "$build/onnxruntime" --ignore-scripts --no-audit --no-fund --loglevel=error \
        "onnxruntime-node@$onnxruntime" >/dev/null; then
        rm -rf "$build"/onnxruntime/node_modules/onnxruntime-node/bin/napi-v3/{darwin,win32}
    else
        echo "ONNX Runtime could not be fetched: exported networks will not be run" >&2
    fi
fi

cmake -S "$root" -B "$build" -G Ninja "${options[@]}" >"$build.log" 2>&1 || { cat "$build.log"; exit 1; }
rm -f "$build.log"
cmake --build "$build" --target "${targets[@]}"
