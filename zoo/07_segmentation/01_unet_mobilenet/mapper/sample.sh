# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='unet_mobilenet_config.yaml'
model_type='onnx'
model='../../../../model_zoo/mapper/horizon-modelzoo/tf_unet_trained.onnx'
march='bayes'
built='model_output/unet_mobilenet'
calibration_data='./calibration_data_yuv'
