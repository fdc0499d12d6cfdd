# Is every operator of the float model supported by the chip? Nothing is written but the log.
. "$(dirname "$0")/../../../01_common/scripts/env.sh"
if [ "$model_type" = caffe ]; then
  hb_mapper checker --model-type caffe --proto "$proto" --model "$model" --march "$march"
else
  hb_mapper checker --model-type onnx --model "$model" --march "$march"
fi
