#!/usr/bin/env bash
# Builds a variant of the program in a folder of its own and runs its tests.
# usage: jobs/check.sh address | undefined | thread | serial      (sanitizers, or a build without MPI)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
variant=${1:?usage: jobs/check.sh address | undefined | thread | serial}
export HPNAS_BUILD=$root/build-$variant
case $variant in
    address | undefined | thread) options=(-DCMAKE_BUILD_TYPE=RelWithDebInfo "-DHPNAS_SANITIZE=$variant") ;;
    serial) options=(-DHPNAS_MPI=OFF) ;;
    *) echo "jobs/check.sh: unknown variant '$variant'" >&2; exit 64 ;;
esac
"$root/jobs/setup.sh" --tests "${options[@]}"
# MPI, HDF5 and OpenMP keep memory until the process ends, and libgomp's barriers are invisible to the thread sanitizer.
export ASAN_OPTIONS=detect_leaks=0 OMP_WAIT_POLICY=passive
[ "$variant" = thread ] && export OMP_NUM_THREADS=1
cd "$HPNAS_BUILD"
ctest --output-on-failure -L unit
