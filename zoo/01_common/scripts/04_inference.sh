# Classify one picture. Usage: 04_inference.sh [origin]   (origin: the float model)
. "$(dirname "$0")/../../../01_common/scripts/env.sh"
openmapper infer --card ../model.yaml --model "$(built_model "$@")" --sample 0
