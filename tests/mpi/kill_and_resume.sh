#!/bin/sh
# Usage: kill_and_resume.sh MPIRUN PROGRAM: for each rank of two, kill -9 it in the middle of a search, then run again on one rank
# and check that nothing finished was lost or repeated.
set -u
mpirun=$1 program=$2
for victim in 0 1; do
    directory=$(mktemp -d)
    "$mpirun" -q -n 2 --oversubscribe --bind-to none "$program" crash "$directory" "$victim"
    status=$?
    if [ $status -ne 137 ]; then
        echo "rank $victim: expected 137 from mpirun after kill -9, got $status" >&2
        exit 1
    fi
    "$mpirun" -q -n 1 --oversubscribe --bind-to none "$program" finish "$directory" || exit 1
    rm -r "$directory"
done
