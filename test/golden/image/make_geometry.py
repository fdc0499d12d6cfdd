"""geometry.json: cv2.warpAffine (linear, black border) and cv2.resize by a factor, over odd sizes, up and down."""
import math

import cv2
import numpy as np

from noise import noise, unit
from store import exact, save


def rotation(height, width, degrees, scale, shift=(0.0, 0.0)):
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    matrix[:, 2] += shift
    return matrix


# (height, width, channels, forward matrix, target height, target width)
WARPS = [
    (33, 47, 3, np.array([[1.0, 0, 0], [0, 1, 0]]), 33, 47),
    (33, 47, 3, np.array([[1.0, 0, 5.5], [0, 1, -3.25]]), 40, 41),
    (33, 47, 3, np.array([[0.5, 0, 0], [0, 0.5, 0]]), 17, 24),
    (25, 31, 3, np.array([[2.7, 0, 0.1], [0, 2.7, 3.9]]), 73, 80),
    (41, 29, 1, rotation(41, 29, 30, 0.8), 41, 29),
    (41, 29, 4, rotation(41, 29, -75.3, 1.37, (3.1, 7.7)), 50, 37),
    (64, 48, 3, np.array([[32 / 64, 0, (32 - 24) / 2], [0, 32 / 64, 0]]), 32, 32),
    (20, 30, 3, np.array([[math.pi / 7, 0.11, -2], [-0.3, 1 / 3, 9]]), 19, 23),
    (1, 1, 3, np.array([[3.0, 0, 2], [0, 3, 1]]), 7, 8),
    (20, 30, 3, np.array([[1.0, 2, 3], [2, 4, 5]]), 6, 5),
]
FACTORS = [
    (75, 100, 3, 0.5), (75, 101, 3, 0.5), (77, 51, 1, 0.5), (77, 53, 4, 0.5), (75, 100, 3, 0.37), (51, 34, 3, 1.313),
    (51, 34, 1, 600 / 1111), (1, 7, 3, 2.5), (9, 9, 3, 1.01), (40, 60, 3, 1 / 3),
]

cases = []
for seed, (height, width, channels, matrix, th, tw) in enumerate(WARPS, 301):
    image = noise(height, width, channels, seed)
    for dtype, pixels in (("uint8", image), ("float32", unit(image))):
        out = cv2.warpAffine(pixels, matrix, (tw, th), flags=cv2.INTER_LINEAR).reshape(th, tw, channels)
        cases.append({"what": "warp", "from": [height, width, channels], "seed": seed, "input": dtype,
                      "matrix": matrix.ravel().tolist(), "to": [th, tw], "result": exact(out)})
for seed, (height, width, channels, factor) in enumerate(FACTORS, 401):
    image = noise(height, width, channels, seed)
    for dtype, pixels in (("uint8", image), ("float32", unit(image))):
        out = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)
        out = out.reshape(*out.shape[:2], channels)
        cases.append({"what": "factor", "from": [height, width, channels], "seed": seed, "input": dtype,
                      "factor": factor, "result": exact(out)})
save("geometry.json", cases)
