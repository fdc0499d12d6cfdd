# Run one picture: that of --image, else the first of the data set.
. "$(dirname "$0")/../../../01_common/scripts/env.sh"
case " $* " in *" --image "* | *" -i "*) ;; *) set -- --sample 0 "$@" ;; esac
openmapper infer --card ../model.yaml --model "$built_model" "$@"
