# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='mobilenet_v1_0.25_224_config.yaml'
model_type='onnx'
model='../../../../model_zoo/mapper/stm32-modelzoo/mobilenet_v1_0.25_224.onnx'
march='bayes'
built='model_output/mobilenet_v1_0.25_224'
calibration_data='./calibration_data_rgb'
