# Facts of model.yaml and the build YAML for the shared scripts; written by `npm run generate`.
config='lenet_gray_config.yaml'
model_type='caffe'
proto='../../../../model_zoo/mapper/horizon-modelzoo/lenet_train_test.prototxt'
model='../../../../model_zoo/mapper/horizon-modelzoo/lenet_iter_100000.caffemodel'
march='bayes'
built='model_output/lenet_gray'
calibration_data='./calibration_data_gray'
