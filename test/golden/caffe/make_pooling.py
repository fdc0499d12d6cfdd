"""Pooling over a grid of sizes, kernels, strides and pads, both methods. Run: /usr/bin/python3 make_pooling.py

OpenCV is the oracle; a loop over windows, written from Caffe's text, must agree with it everywhere. Windows that begin beyond the
input and its padding (stride larger than the kernel) are left out: Caffe leaves their values undefined. Caffe drops such windows
on both axes as soon as one of them is padded, OpenCV on the padded one only; there the loop alone is the oracle.
"""
import base64
import itertools
import math

import cv2
import numpy as np

from golden import Family, caffemodel, floats, head, noise, run_opencv


def output_size(size, k, s, p, padded, rounding=math.ceil):
    out = rounding((size + 2 * p - k) / s) + 1
    return out - 1 if padded and (out - 1) * s >= size + p else out


def loop(x, k, s, p, rounding=math.ceil):
    """(max, mean) of every window."""
    n, c, h, w = x.shape
    padded = p[0] > 0 or p[1] > 0
    oh, ow = (output_size(size, k[i], s[i], p[i], padded, rounding) for i, size in enumerate((h, w)))
    most = np.zeros((n, c, oh, ow), np.float32)
    mean = np.zeros((n, c, oh, ow), np.float32)
    for i, j, y, z in itertools.product(range(n), range(c), range(oh), range(ow)):
        top, left = y * s[0] - p[0], z * s[1] - p[1]
        bottom, right = min(top + k[0], h + p[0]), min(left + k[1], w + p[1])
        area = (bottom - top) * (right - left)
        window = x[i, j, max(top, 0) : min(bottom, h), max(left, 0) : min(right, w)]
        if window.size == 0:
            return None
        most[i, j, y, z] = window.max()
        mean[i, j, y, z] = window.astype(np.float64).sum() / area
    return most, mean


pooling = Family("pooling")
WEIGHTS = caffemodel([("max", "Pooling", []), ("ave", "Pooling", [])])
clipped = 0


def both(name, params, shape, k, s, p):
    global clipped
    x = noise(shape, 1, -1.5, 0.5)
    expected = loop(x, k, s, p)
    if expected is None:
        return
    layers = "\n".join(
        'layer { name: "%s" type: "Pooling" bottom: "x0" top: "%s" pooling_param { pool: %s %s } }' % (top, top, method, params)
        for top, method in (("max", "MAX"), ("ave", "AVE"))
    )
    results = run_opencv(head([shape]) + layers, WEIGHTS, {"x0": x}, ["max", "ave"])
    by = "opencv %s" % cv2.__version__
    if any(results[0].shape[2 + i] > expected[0].shape[2 + i] and p[i] == 0 for i in range(2)):
        results, by = expected, "numpy"
    for ours, theirs in zip(expected, results):
        assert ours.shape == theirs.shape, (name, ours.shape, theirs.shape)
        assert np.abs(ours - theirs).max() < 1e-6, name
    if any((results[0].shape[2 + i] - 1) * s[i] + k[i] > shape[2 + i] + 2 * p[i] for i in range(2)):
        clipped += 1
    pooling.cases.append(
        {
            "name": name,
            "by": by,
            "prototxt": head([shape]) + layers,
            "caffemodel": base64.b64encode(WEIGHTS).decode(),
            "inputs": {"x0": {"shape": list(shape), "seed": 1, "low": -1.5, "high": 0.5}},
            "outputs": {
                top: {"shape": list(value.shape), "values": floats(value)} for top, value in zip(("max", "ave"), results)
            },
        }
    )


for size, k, s, p in itertools.product(range(4, 10), (1, 2, 3), (1, 2, 3), (0, 1, 2)):
    if p < k <= size and (k > 1 or s > 1):
        h, w = size, size + 1
        both("%dx%d kernel %d stride %d pad %d" % (h, w, k, s, p), "kernel_size: %d stride: %d pad: %d" % (k, s, p), (1, 1, h, w), (k, k), (s, s), (p, p))
for (kh, kw), (sh, sw), (ph, pw) in itertools.product([(2, 3), (3, 5)], [(1, 2), (2, 3), (3, 1)], [(0, 1), (1, 0), (1, 2)]):
    name = "6x9 kernel %dx%d stride %dx%d pad %dx%d" % (kh, kw, sh, sw, ph, pw)
    text = "kernel_h: %d kernel_w: %d stride_h: %d stride_w: %d pad_h: %d pad_w: %d" % (kh, kw, sh, sw, ph, pw)
    both(name, text, (1, 1, 6, 9), (kh, kw), (sh, sw), (ph, pw))
both("two pictures, three channels", "kernel_size: 3 stride: 2", (2, 3, 6, 6), (3, 3), (2, 2), (0, 0))
both("global", "global_pooling: true", (1, 3, 5, 4), (5, 4), (1, 1), (0, 0))
both("kernel as large as the input", "kernel_size: 5 stride: 1", (1, 3, 5, 5), (5, 5), (1, 1), (0, 0))
print(clipped, "with clipped last windows")
pooling.store()

floor = Family("pooling_floor")
for method, index in (("MAX", 0), ("AVE", 1)):
    for size, k, s, p in ((6, 3, 2, 0), (6, 3, 2, 1), (7, 2, 2, 0), (7, 2, 3, 1)):
        params = "pooling_param { pool: %s kernel_size: %d stride: %d pad: %d round_mode: FLOOR }" % (method, k, s, p)
        floor.add(
            "%s %d kernel %d stride %d pad %d" % (method, size, k, s, p),
            ("Pooling", params),
            [(1, 2, size, size)],
            expect=lambda x: loop(x, (k, k), (s, s), (p, p), math.floor)[index],
        )
floor.store()
