"""Chosen layers of a net in OpenCV's dnn module, picture by picture. Run: run_pictures.py NET.prototxt NET.caffemodel SHAPE INPUTS OUT LAYER...

INPUTS holds float32 tensors of SHAPE (1x3x227x227) one after the other, preprocessed; OUT gets, for each of them, the float32 values of
each LAYER.
"""
import sys

import cv2
import numpy as np

prototxt, caffemodel, shape, inputs, out, *layers = sys.argv[1:]
dims = [int(d) for d in shape.split("x")]
size = int(np.prod(dims))
net = cv2.dnn.readNetFromCaffe(prototxt, caffemodel)
net.enableFusion(False)
with open(inputs, "rb") as source, open(out, "wb") as target:
    while len(values := np.fromfile(source, "<f4", size)) == size:
        net.setInput(values.reshape(dims))
        for blob in net.forward(layers):
            blob.astype("<f4").tofile(target)
