# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='fastscnn_efficientnetb0_config.yaml'
model_type='onnx'
model='../../../../model_zoo/mapper/horizon-modelzoo/fastscnn_efficientnetb0.onnx'
march='bayes'
built='model_output/fastscnn_efficientnetb0'
calibration_data='./calibration_data_yuv'
