# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='resnet20_cifar10_config.yaml'
model_type='onnx'
model='../openmapper_resnet20_cifar10.onnx'
march='bayes'
built='model_output/resnet20_cifar10'
calibration_data='./calibration_data_rgb'
