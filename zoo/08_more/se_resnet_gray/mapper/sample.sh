# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='se_resnet_gray_config.yaml'
model_type='onnx'
model='../../../../model_zoo/mapper/horizon-modelzoo/se_resnet_gray.onnx'
march='bayes'
built='model_output/se_resnet_gray'
calibration_data='./calibration_data_gray'
