#!/usr/bin/env bash
# Trains the networks that come with the program, calibrates and judges them. Killed, it goes on where it was.
#
#     tools/train_starters.sh HEADS RESULTS
#
# HEADS holds the label maps of SynthSeg (training_seg_01.nii.gz to training_seg_14.nii.gz, 1 mm). With a GPU training and
# drawing go there. With ONCOMETRY_DATA, RESULTS/judged.txt says how good they are, and the cards hold it.
set -euo pipefail

heads="$(realpath "${1:?the folder of label maps}")"
results="$(realpath -m "${2:?the folder for the results}")"
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p "$results"
cp tools/starters/*.yaml "$results/"
ln -sfn "$heads" "$results/heads"
for name in starter-brain starter-tumor; do
  oncometry train "$results/$name.yaml" -o "$results/$name"
done
if [[ -n "${ONCOMETRY_DATA:-}" ]]; then
  python3 benchmarks/quality_networks.py --calibrate --write --tumor "$results/starter-tumor/starter-tumor.json" \
    --brain "$results/starter-brain/starter-brain.json" 2>&1 | tee "$results/judged.txt"
fi
