# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='squeezenet_v1.1_config.yaml'
model_type='caffe'
proto='../../../../model_zoo/mapper/squeezenet-caffe/squeezenet_v1.1_deploy.prototxt'
model='../../../../model_zoo/mapper/squeezenet-caffe/squeezenet_v1.1.caffemodel'
march='bayes'
built='model_output/squeezenet_v1.1'
calibration_data='./calibration_data_bgr'
