# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='mobilenet_v2_1.0_224_config.yaml'
model_type='onnx'
model='../../../../model_zoo/mapper/google-coral/mobilenet_v2_1.0_224.onnx.gz'
march='bayes'
built='model_output/mobilenet_v2_1.0_224'
calibration_data='./calibration_data_rgb'
