# What the shared scripts need to know of this sample.
name='resnet20_cifar10'
model='../openmapper_resnet20_cifar10.onnx'
march='bayes'
dataset='cifar10'
calibration_data='./calibration_data_rgb'
