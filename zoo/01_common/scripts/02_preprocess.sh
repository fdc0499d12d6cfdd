# Write the calibration data: up to 100 pictures as raw pixels.
. "$(dirname "$0")/../../../01_common/scripts/env.sh"
openmapper preprocess --card ../model.yaml --dst "$calibration_data" --limit 100 --tell-files "$@"
