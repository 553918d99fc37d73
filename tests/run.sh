#!/usr/bin/env bash
# Installs, builds and runs the whole test suite. usage: tests/run.sh [ctest options, e.g. -L unit]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/jobs/setup.sh" --tests
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
ctest --test-dir "${HPNAS_BUILD:-$root/build}" --output-on-failure "$@"
