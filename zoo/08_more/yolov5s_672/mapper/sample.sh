# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='yolov5s_672_config.yaml'
model_type='onnx'
model='../../../../model_zoo/mapper/npm-eve-tflyolo/yolov5s_672_heads.onnx.gz'
march='bayes'
built='model_output/yolov5s_672'
calibration_data='./calibration_data_rgb'
