# Calibrate and quantize; the models land in model_output/.
. "$(dirname "$0")/../../../01_common/scripts/env.sh"
hb_mapper makertbin --config "$config" --model-type "$model_type" "$@"
