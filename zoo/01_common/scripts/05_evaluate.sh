# Accuracy over the data set.
. "$(dirname "$0")/../../../01_common/scripts/env.sh"
openmapper evaluate --card ../model.yaml --model "$built_model" $short "$@"
