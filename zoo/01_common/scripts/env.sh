# Sourced by the numbered scripts of every sample: the sample's mapper/ folder as working folder, our commands first in
# PATH, and the sample's facts (sample.sh).
set -eu
cd "$(dirname "$0")"
PATH="$(cd ../../../.. && pwd)/bin:$PATH"
export PATH
. ./sample.sh

# `origin` (the float model) and `test` (the short list) anywhere among the arguments; the others stay in "$@".
stage='quantized_model'
short=''
for word do
  shift
  case $word in
    origin) stage='original_float_model' ;;
    test) short='--short' ;;
    *) set -- "$@" "$word" ;;
  esac
done
built_model="${built}_${stage}.onnx"
