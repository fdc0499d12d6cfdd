# Sourced by the numbered scripts of every sample: the sample's mapper/ folder as working folder, our commands first in
# PATH, and the sample's facts (sample.sh).
set -eu
cd "$(dirname "$0")"
PATH="$(cd ../../../.. && pwd)/bin:$PATH"
export PATH
. ./sample.sh

# The model the arguments ask for: `origin` the float model, otherwise the quantized one.
built_model() {
  case " $* " in
    *" origin "*) echo "model_output/${name}_original_float_model.onnx" ;;
    *) echo "model_output/${name}_quantized_model.onnx" ;;
  esac
}
