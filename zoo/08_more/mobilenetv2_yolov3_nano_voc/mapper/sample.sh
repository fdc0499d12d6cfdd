# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='mobilenetv2_yolov3_nano_voc_config.yaml'
model_type='caffe'
proto='../../../../model_zoo/mapper/dog-qiuqiu/MobileNetV2-YOLOv3-Nano-voc.prototxt'
model='../../../../model_zoo/mapper/dog-qiuqiu/MobileNetV2-YOLOv3-Nano-voc.caffemodel'
march='bayes'
built='model_output/mobilenetv2_yolov3_nano_voc'
calibration_data='./calibration_data_rgb'
