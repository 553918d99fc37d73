#!/usr/bin/env bash
# From a search to a network that another program runs: search, train, evaluate, export, and ONNX Runtime computes what hpnas does.
# Prints every command before it runs it. On the shipped samples a domain takes some minutes on two cores; give the same command
# again to continue what was cut short. Exit code 77: all done but the last step, as there is no ONNX Runtime.
# usage: jobs/walkthrough.sh images|vision|text|speech [--data DIR] [--output DIR] [--search KEY=VALUE]... [--train KEY=VALUE]...
#   images  convolutional networks, CIFAR-10       vision  vision transformers, CIFAR-10
#   text    BERT encoders, classes of questions    speech  speech transformers, strings of spoken digits
#   --data    the whole data set in place of the sample, by the recipe as it is: CIFAR-10's binary files, TREC's two files, or the
#             recordings of the Free Spoken Digit Dataset
#   --search, --train    settings of the search or of the training, as after --set
# ranks: $HPNAS_RANKS (default: the cores of this machine, at most 8); build folder: $HPNAS_BUILD (default: build)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() { sed -n '2,/^# ranks/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 64; }
need_value() { [ $# -ge 2 ] || { echo "$1: expected a value" >&2; exit 64; }; }

domain=${1:-}
data= output= more_search=() more_train=()
[ $# -gt 0 ] && shift
while [ $# -gt 0 ]; do
    need_value "$@"
    case $1 in
        --data) data=$(realpath -m "$2") ;;
        --output) output=$(realpath -m "$2") ;;
        --search) more_search+=(--set "$2") ;;
        --train) more_train+=(--set "$2") ;;
        *) echo "unknown option $1" >&2; usage ;;
    esac
    shift 2
done

# What is searched, the recipe, and what scales the recipe down to the sample.
search=() sample=()
case $domain in
    images)
        search=(configs/search/denas_cnn.yaml --set task.classes=10 --set search.candidates=64)
        recipe=configs/train/denas_cnn.yaml
        sample=(--set data.path=configs/data/cifar10_sample --set data.validation_images=400
                --set training.batch=32 --set training.micro_batch=16 --set training.epochs=8) ;;
    vision)
        search=(configs/search/small_vit.yaml)
        recipe=configs/train/denas_vit.yaml
        sample=(--set data.path=configs/data/cifar10_sample --set data.validation_images=400
                --set training.batch=32 --set training.micro_batch=16 --set training.epochs=4) ;;
    text)
        search=(configs/search/small_bert.yaml)
        recipe=configs/train/denas_bert.yaml
        sample=(--set "data={name: texts, path: configs/data/questions_sample/questions.csv, sequence: 32, vocabulary_size: 1000}") ;;
    speech)
        search=(configs/search/small_asr.yaml)
        recipe=configs/train/denas_asr.yaml
        sample=(--set data.path=configs/data/spoken_digits_sample --set data.test_recordings=1 --set data.validation_recordings=1
                --set data.most_digits=3 --set data.train_strings=800 --set data.validation_strings=60 --set data.test_strings=60) ;;
    *) usage ;;
esac
[ -n "$data" ] && sample=(--set "data.path=$data")
output=${output:-results/walkthrough_$domain}

cd "$root"
hpnas=${HPNAS_BUILD:-build}/hpnas
[ -x "$hpnas" ] || jobs/setup.sh --onnxruntime
cores=$(nproc)
ranks=${HPNAS_RANKS:-$((cores < 8 ? cores : 8))}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} OMPI_MCA_odls_base_sigkill_timeout=3
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
mpi=(mpirun -q -n "$ranks" --oversubscribe --bind-to none)

run() {
    echo
    printf '%s' '$'
    printf ' %q' "$@"
    echo
    "$@"
}

run "${mpi[@]}" "$hpnas" search "${search[@]}" "${more_search[@]}" --output "$output/search"
run "${mpi[@]}" "$hpnas" train "$recipe" --arch "$output/search/results.h5#1" "${sample[@]}" "${more_train[@]}" --output "$output/training"
run "$hpnas" evaluate "$output/training" --outputs "$output/outputs.h5"
run "$hpnas" export --weights "$output/training/best.h5" --onnx "$output/network.onnx"
run jobs/verify_onnx "$output/network.onnx" "$output/outputs.h5"
