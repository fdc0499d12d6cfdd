"""resize.json: cv2.resize, PIL.Image.resize and skimage.transform.resize over shrinking, stretching and odd shapes."""
import cv2
import numpy as np
from PIL import Image
from skimage.transform import resize

from noise import noise, unit
from store import exact, near, save

CV = {"linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC, "nearest": cv2.INTER_NEAREST}
PIL = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}
# (from, to, channels): exact halving (cv2 averages), other shrinking, stretching, single pixels and lines, one axis alone.
SHAPES = [
    ((40, 60), (20, 30), 3), ((40, 60), (20, 30), 1), ((40, 60), (20, 30), 4), ((41, 61), (20, 30), 3),
    ((75, 100), (51, 68), 3), ((23, 17), (64, 50), 3), ((9, 7), (33, 31), 1), ((37, 53), (12, 90), 4),
    ((1, 1), (7, 9), 3), ((7, 9), (1, 1), 3), ((31, 1), (8, 8), 3), ((1, 20), (3, 5), 1),
    ((24, 24), (24, 11), 3), ((24, 24), (11, 24), 3), ((64, 64), (16, 16), 3), ((50, 40), (49, 41), 3),
]
SKIMAGE_SHAPES = [((40, 30), (13, 17), 3), ((9, 7), (16, 13), 1), ((7, 9), (1, 1), 3), ((12, 12), (6, 20), 3)]

cases = []
for seed, (source, target, channels) in enumerate(SHAPES, 1):
    image = noise(*source, channels, seed)
    about = {"from": source, "to": target, "channels": channels, "seed": seed}
    for name, flag in CV.items():
        for dtype, pixels in (("uint8", image), ("float32", unit(image))):
            out = cv2.resize(pixels, (target[1], target[0]), interpolation=flag).reshape(*target, channels)
            cases.append({"library": "opencv", "method": name, **about, "input": dtype, "result": exact(out)})
    # Four bands as CMYK: PIL premultiplies alpha, which is not a question of resizing.
    picture = Image.fromarray(image[:, :, 0]) if channels == 1 else Image.fromarray(image, {3: "RGB", 4: "CMYK"}[channels])
    for name, flag in PIL.items():
        out = np.asarray(picture.resize((target[1], target[0]), flag)).reshape(*target, channels)
        cases.append({"library": "pil", "method": name, **about, "input": "uint8", "result": exact(out)})
for seed, (source, target, channels) in enumerate(SKIMAGE_SHAPES, 101):
    for order in range(6):
        out = resize(unit(noise(*source, channels, seed)), target, order=order)
        about = {"from": source, "to": target, "channels": channels, "seed": seed}
        cases.append({"library": "skimage", "method": order, **about, "input": "float32", "result": near(out)})
save("resize.json", cases)
