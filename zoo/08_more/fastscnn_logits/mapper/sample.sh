# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='fastscnn_logits_config.yaml'
model_type='onnx'
model='../../../../model_zoo/mapper/horizon-modelzoo/fastscnn_logits.onnx'
march='bayes'
built='model_output/fastscnn_logits'
calibration_data='./calibration_data_yuv'
