# Calibrate and quantize; the models land in model_output/.
. "$(dirname "$0")/../../../01_common/scripts/env.sh"
hb_mapper makertbin --config "${name}_config.yaml" --model-type onnx
