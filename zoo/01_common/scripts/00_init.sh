# Fetch the model and say where the pictures belong.
. "$(dirname "$0")/../../../01_common/scripts/env.sh"
openmapper zoo init ../model.yaml "$@"
