# Accuracy over the data set. Usage: 05_evaluate.sh [origin] [test]   (test: the first 100 pictures only)
. "$(dirname "$0")/../../../01_common/scripts/env.sh"
limit=''
case " $* " in *" test "*) limit='--limit 100' ;; esac
openmapper evaluate --card ../model.yaml --model "$(built_model "$@")" $limit
