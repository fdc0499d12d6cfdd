# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='yolox_nano_config.yaml'
model_type='onnx'
model='../../../../model_zoo/mapper/kazuhito00/yolox_nano.onnx'
march='bayes'
built='model_output/yolox_nano'
calibration_data='./calibration_data_bgr'
