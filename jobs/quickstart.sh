#!/usr/bin/env bash
# Installs, builds, and searches: the main job on the shipped sample of CIFAR-10, one rank per core. Run it again and it continues a
# run that was cut short, or prints the finished one's table.
# usage: jobs/quickstart.sh [--set key=value ...]      ranks: $HPNAS_RANKS (default: the cores of this machine, at most 8)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
jobs/setup.sh

cores=$(nproc)
ranks=${HPNAS_RANKS:-$((cores < 8 ? cores : 8))}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} OMPI_MCA_odls_base_sigkill_timeout=3
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
exec mpirun -q -n "$ranks" --oversubscribe --bind-to none "${HPNAS_BUILD:-build}/hpnas" search configs/quickstart.yaml "$@"
