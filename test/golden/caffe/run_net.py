"""Every blob of a net, by OpenCV. Run: /usr/bin/python3 run_net.py NET.prototxt NET.caffemodel SHAPE OUT

SHAPE is like 1x3x224x224; the input is `noise(SHAPE, 1, -2, 2)`. OUT is a folder: <number>.f32 per layer, and blobs.json with their names and
shapes in the order of the net.
"""
import json
import sys

import cv2
import numpy as np

from golden import noise


def every_blob(prototxt, caffemodel, shape):
    """(layer, blob) in the order of the net."""
    net = cv2.dnn.readNetFromCaffe(prototxt, caffemodel)
    net.enableFusion(False)
    net.setInput(noise(shape, 1, -2, 2))
    names = net.getLayerNames()
    blobs = net.forward(list(names))
    return [(name, np.array(blob)) for name, blob in zip(names, blobs)]


if __name__ == "__main__":
    prototxt, caffemodel, shape, out = sys.argv[1:]
    listed = []
    for i, (name, blob) in enumerate(every_blob(prototxt, caffemodel, [int(d) for d in shape.split("x")])):
        blob.astype("<f4").tofile("%s/%d.f32" % (out, i))
        listed.append({"layer": name, "shape": list(blob.shape)})
    with open(out + "/blobs.json", "w") as file:
        json.dump(listed, file)
