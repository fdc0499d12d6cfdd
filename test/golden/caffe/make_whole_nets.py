"""Samples of every blob of whole nets. Run: /usr/bin/python3 make_whole_nets.py

The prototxts are those of ../shared/data whose weights are not public; tools/make-caffemodel.ts invents weights. The full comparison,
every value, is test/conformance/caffe-against-opencv.test.ts, where OpenCV is at hand.
"""
import json
import os
import subprocess
import tempfile

import cv2
import numpy as np

from golden import HERE, floats
from run_net import every_blob

ROOT = os.path.join(HERE, "../../..")
MODELS = os.path.join(os.environ.get("OPENMAPPER_DATA", os.path.join(ROOT, "../shared/data")), "models")
SAMPLES = 4

nets = {}
for path, shape in {
    "shicai-mobilenet-caffe/mobilenet_deploy.prototxt": (1, 3, 224, 224),
    "shicai-mobilenet-caffe/mobilenet_v2_deploy.prototxt": (1, 3, 224, 224),
    "horizon-modelzoo/MobileNetSSD_deploy.prototxt": (1, 3, 300, 300),
}.items():
    prototxt = os.path.join(MODELS, path)
    with tempfile.NamedTemporaryFile(suffix=".caffemodel") as weights:
        subprocess.run(["npx", "tsx", "tools/make-caffemodel.ts", prototxt, weights.name], cwd=ROOT, check=True)
        blobs = every_blob(prototxt, weights.name, shape)
    nets[path] = [
        {
            "layer": layer,
            "shape": list(blob.shape),
            "largest": float(np.abs(blob).max()),
            # SAMPLES values, evenly spread in memory
            "values": floats(blob.ravel()[[i * blob.size // SAMPLES for i in range(SAMPLES)]]),
        }
        for layer, blob in blobs
    ]
lines = ",\n".join('"%s": [\n%s\n]' % (path, ",\n".join(json.dumps(blob) for blob in blobs)) for path, blobs in nets.items())
with open(os.path.join(HERE, "whole_nets.json"), "w") as file:
    file.write("{\n" + lines + "\n}\n")
print("whole_nets", cv2.__version__, {path: len(blobs) for path, blobs in nets.items()})
