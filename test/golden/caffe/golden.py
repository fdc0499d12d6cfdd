"""What the recipes share: seeded numbers, caffemodel bytes, running a net in OpenCV, storing cases.

Nothing of OpenMapper is in the loop: the bytes are written by the few lines of protobuf below, the results come from OpenCV's dnn
module (Debian python3-opencv 4.6) or, where OpenCV lacks a layer, from loops in the recipe.
"""
import base64
import json
import os
import struct

import cv2
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def noise(shape, seed, low=-1.0, high=1.0):
    """Uniform float32 in [low, high), from the generator of test/support/random.ts."""
    state, values = seed & 0xFFFFFFFF, []
    for _ in range(int(np.prod(shape))):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values.append(low + (high - low) * (state / 2**32))
    return np.array(values, np.float64).astype(np.float32).reshape(shape)


# --- caffemodel: NetParameter { layer = 100 { name = 1, type = 2, blobs = 7 { data = 5, shape = 7 { dim = 1 } } } }


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def blob(array):
    array = np.asarray(array, np.float32)
    dims = b"".join(varint(d) for d in array.shape)
    return field(7, field(1, dims)) + field(5, array.astype("<f4").tobytes())


def legacy_blob(array):
    """A blob with num, channels, height, width in place of a shape."""
    array = np.asarray(array, np.float32)
    dims = [1] * (4 - array.ndim) + list(array.shape)
    head = b"".join(varint(number << 3) + varint(d) for number, d in zip((1, 2, 3, 4), dims))
    return head + field(5, array.astype("<f4").tobytes())


def caffemodel(layers, encode=blob):
    """Bytes of the weights: a list of (layer name, type, arrays)."""
    net = field(1, b"golden")
    for name, kind, arrays in layers:
        body = field(1, name.encode()) + field(2, kind.encode())
        body += b"".join(field(7, encode(array)) for array in arrays)
        net += field(100, body)
    return net


# --- nets


def head(shapes):
    """Input layers x0, x1... of the given shapes."""
    return "".join(
        'layer { name: "x%d" type: "Input" top: "x%d" input_param { shape { %s } } }\n'
        % (i, i, " ".join("dim: %d" % d for d in shape))
        for i, shape in enumerate(shapes)
    )


def single(kind, params="", bottoms=1, tops=1):
    """The text of one layer `y` that reads x0, x1... and writes y (y0, y1... where there are several tops)."""
    names = ["y"] if tops == 1 else ["y%d" % i for i in range(tops)]
    reads = " ".join('bottom: "x%d"' % i for i in range(bottoms))
    writes = " ".join('top: "%s"' % name for name in names)
    return 'layer { name: "y" type: "%s" %s %s %s }' % (kind, reads, writes, params), names


def run_opencv(prototxt, weights, inputs, outputs):
    """Blobs of a net run by OpenCV without fusing; `outputs` are layer names."""
    net = cv2.dnn.readNetFromCaffe(prototxt.encode(), weights)
    net.enableFusion(False)
    for name, value in inputs.items():
        net.setInput(value, name)
    return [np.array(result) for result in net.forward(outputs)]


def run_opencv_layer(prototxt, weights, inputs, names):
    """The tops `names` of the layer `y`. OpenCV computes only tops that are read: a Power layer (identity) reads each."""
    readers = ['layer { name: "_%s" type: "Power" bottom: "%s" top: "_%s" }' % (name, name, name) for name in names]
    return run_opencv(prototxt + "\n".join(readers), weights, inputs, ["_" + name for name in names])


def floats(array):
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()


class Family:
    """Cases of one golden file."""

    def __init__(self, name):
        self.name = name
        self.cases = []

    def add(self, name, layer, shapes, blobs=(), low=-1.0, high=1.0, tops=1, expect=None, encode=blob, oracle=None):
        """One layer: `layer` = (type, params). `expect` computes the outputs from the inputs (list of arrays); without it OpenCV
        does. `oracle` = (type, params, blobs) is the same function as a layer that OpenCV knows."""
        kind, params = layer
        text, names = single(kind, params, len(shapes), tops)
        inputs = {
            "x%d" % i: noise(shape, 1 + i, low, high) for i, shape in enumerate(shapes)
        }
        weights = caffemodel([("y", kind, blobs)], encode)
        by = "numpy" if expect else "opencv %s" % cv2.__version__
        if expect:
            results = expect(*inputs.values())
            results = results if isinstance(results, list) else [results]
        else:
            other = oracle or (kind, params, blobs)
            asked = single(other[0], other[1], len(shapes), tops)[0]
            known = caffemodel([("y", other[0], other[2])], encode)
            results = run_opencv_layer(head(shapes) + asked, known, inputs, names)
        assert len(results) == len(names), (name, len(results))
        self.cases.append(
            {
                "name": name,
                "by": by,
                "prototxt": head(shapes) + text,
                "caffemodel": base64.b64encode(weights).decode(),
                "inputs": {
                    "x%d" % i: {"shape": list(shape), "seed": 1 + i, "low": low, "high": high}
                    for i, shape in enumerate(shapes)
                },
                "outputs": {
                    key: {"shape": list(np.shape(value)), "values": floats(value)}
                    for key, value in zip(names, results)
                },
            }
        )

    def store(self):
        lines = ",\n".join(json.dumps(case) for case in self.cases)
        with open(os.path.join(HERE, self.name + ".json"), "w") as file:
            file.write("[\n" + lines + "\n]\n")
        print(self.name, len(self.cases), "cases")


def last(family):
    """The first output of the case added last."""
    output = next(iter(family.cases[-1]["outputs"].values()))
    return np.frombuffer(base64.b64decode(output["values"]), "<f4").reshape(output["shape"])
