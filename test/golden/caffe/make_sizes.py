"""Layers that change the picture's size, and those that follow from it: Interp, Upsample, Resize, SPP, PriorBox.

Run: /usr/bin/python3 make_sizes.py
"""
import math

import numpy as np

from golden import Family, last

SHAPE = (1, 2, 5, 4)
resize = Family("resize")


def align_corners(height, width):
    """Bilinear; the corners of input and output coincide."""

    def run(x):
        n, c, h, w = x.shape
        y = np.zeros((n, c, height, width))
        for i in range(height):
            for j in range(width):
                v = i * (h - 1) / (height - 1) if height > 1 else 0.0
                u = j * (w - 1) / (width - 1) if width > 1 else 0.0
                a, b = int(v), int(u)
                e, f = min(a + 1, h - 1), min(b + 1, w - 1)
                p, q = v - a, u - b
                top = (1 - q) * x[:, :, a, b].astype(np.float64) + q * x[:, :, a, f]
                bottom = (1 - q) * x[:, :, e, b].astype(np.float64) + q * x[:, :, e, f]
                y[:, :, i, j] = (1 - p) * top + p * bottom
        return y

    return run


resize.add("Interp to a size", ("Interp", "interp_param { height: 9 width: 6 }"), [SHAPE], expect=align_corners(9, 6))
resize.add("Interp to 1 x 1", ("Interp", "interp_param { height: 1 width: 1 }"), [SHAPE], expect=align_corners(1, 1))
resize.add("Interp from 1 x 1", ("Interp", "interp_param { height: 3 width: 4 }"), [(1, 2, 1, 1)], expect=align_corners(3, 4))
resize.add("Interp zoom", ("Interp", "interp_param { zoom_factor: 2 }"), [SHAPE], expect=align_corners(9, 7))
resize.add("Interp shrink", ("Interp", "interp_param { shrink_factor: 2 }"), [SHAPE], expect=align_corners(3, 2))
resize.add("Interp shrink and zoom", ("Interp", "interp_param { shrink_factor: 2 zoom_factor: 3 }"), [SHAPE], expect=align_corners(7, 4))
resize.add(
    "Interp cuts a border", ("Interp", "interp_param { zoom_factor: 2 pad_beg: -1 pad_end: -1 }"), [SHAPE],
    expect=lambda x: align_corners(5, 3)(x[:, :, 1:-1, 1:-1]),
)


def nearest(scale):
    """As OpenCV's Deconvolution with weights 1, the way caffe.md proposes."""
    weight = np.ones((2, 1, scale, scale), np.float32)
    text = "convolution_param { num_output: 2 group: 2 kernel_size: %d stride: %d bias_term: false }" % (scale, scale)
    return ("Deconvolution", text, [weight])


for scale in (2, 3):
    params = "upsample_param { scale: %d }" % scale
    resize.add("Upsample %d" % scale, ("Upsample", params), [SHAPE], oracle=nearest(scale))
resize.add("Upsample without a scale", ("Upsample", ""), [SHAPE], oracle=nearest(2))


def by_index(height, width):
    return lambda x: np.stack([np.stack([x[:, :, i * x.shape[2] // height, j * x.shape[3] // width] for j in range(width)], -1) for i in range(height)], 2)


resize.add("Upsample per axis", ("Upsample", "upsample_param { scale_h: 2 scale_w: 3 }"), [SHAPE], expect=by_index(10, 12))
resize.add("Resize nearest", ("Resize", 'resize_param { height: 10 width: 12 interpolation: "nearest" }'), [SHAPE], expect=by_index(10, 12))
resize.add("Resize bilinear, corners aligned", ("Resize", 'resize_param { zoom_factor: 2 interpolation: "bilinear" align_corners: true }'), [SHAPE], expect=align_corners(10, 8))
resize.store()

spp = Family("spp")


def pyramid(x, height, method):
    """Each level pools into 2^l x 2^l bins; as Caffe, kernel and pad follow from the rounding up."""
    n, c, h, w = x.shape
    parts = []
    for level in range(height):
        bins = 2**level
        kh, kw = math.ceil(h / bins), math.ceil(w / bins)
        ph, pw = (kh * bins - h + 1) // 2, (kw * bins - w + 1) // 2
        part = np.zeros((n, c, bins, bins))
        for i in range(bins):
            for j in range(bins):
                top, left = i * kh - ph, j * kw - pw
                area = (min(top + kh, h + ph) - top) * (min(left + kw, w + pw) - left)
                window = x[:, :, max(top, 0) : min(top + kh, h), max(left, 0) : min(left + kw, w)].astype(np.float64)
                part[:, :, i, j] = window.max((2, 3)) if method == "MAX" else window.sum((2, 3)) / area
        parts.append(part.reshape(n, -1))
    return np.concatenate(parts, 1)


for method, height, shape in (("MAX", 3, (1, 2, 8, 7)), ("AVE", 3, (2, 2, 6, 9)), ("MAX", 1, (1, 3, 5, 4)), ("AVE", 2, (1, 2, 5, 5))):
    text = "spp_param { pyramid_height: %d pool: %s }" % (height, method)
    spp.add("%s %d" % (method, height), ("SPP", text), [shape], expect=lambda x: pyramid(x, height, method))
spp.store()

prior = Family("prior_box")
FEATURES, PICTURE = (1, 2, 2, 3), (1, 3, 40, 60)
VARIANCE = "variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.2"


def loop_priors(x, picture, least, most=(), ratios=(), flip=True, clip=False, step=None, offset=0.5, variance=(0.1, 0.1, 0.2, 0.2)):
    """Rows of box corners and of variances, one box after the other."""
    rows, columns = x.shape[2:]
    height, width = picture.shape[2:]
    step_h, step_w = step or (height / rows, width / columns)
    boxes = []
    for i in range(rows):
        for j in range(columns):
            centre = ((j + offset) * step_w, (i + offset) * step_h)
            sizes = []
            for s, small in enumerate(least):
                sizes.append((small, small))
                if most:
                    sizes.append((math.sqrt(small * most[s]),) * 2)
                for ratio in ratios:
                    root = math.sqrt(ratio)
                    sizes += [(small * root, small / root)] + ([(small / root, small * root)] if flip else [])
            for w, h in sizes:
                corners = [(centre[0] - w / 2) / width, (centre[1] - h / 2) / height, (centre[0] + w / 2) / width, (centre[1] + h / 2) / height]
                boxes += [min(max(v, 0), 1) for v in corners] if clip else corners
    return np.array([[boxes, list(variance) * (len(boxes) // 4)]])


# OpenCV overlooks offset, and takes the boxes of two sizes in another order.
OVERLOOKED = {
    "step and offset": dict(least=[10], most=[20], step=(16, 16), offset=0.3),
    "two sizes": dict(least=[10, 15], most=[20, 25], ratios=[2]),
}
DEFAULT = ("PriorBox", "prior_box_param { min_size: 10 variance: 0.1 }", ())
prior.add("variance left out", ("PriorBox", "prior_box_param { min_size: 10 }"), [FEATURES, PICTURE], oracle=DEFAULT)
for name, params in {
    "largest size": "min_size: 10 max_size: 20 " + VARIANCE,
    "ratios, flipped": "min_size: 10 max_size: 20 aspect_ratio: 2 aspect_ratio: 3 flip: true clip: false " + VARIANCE,
    "ratios, not flipped": "min_size: 10 aspect_ratio: 2 flip: false clip: false " + VARIANCE,
    "ratio 1 is there already": "min_size: 10 aspect_ratio: 1 aspect_ratio: 2 aspect_ratio: 0.5 flip: true " + VARIANCE,
    "clipped": "min_size: 30 max_size: 50 aspect_ratio: 2 clip: true " + VARIANCE,
    "step and offset": "min_size: 10 max_size: 20 step: 16 offset: 0.3 " + VARIANCE,
    "step per axis": "min_size: 10 step_h: 16 step_w: 18 " + VARIANCE,
    "two sizes": "min_size: 10 min_size: 15 max_size: 20 max_size: 25 aspect_ratio: 2 " + VARIANCE,
}.items():
    alone = OVERLOOKED.get(name)
    by_loop = (lambda x, picture: loop_priors(x, picture, **alone)) if alone else None
    prior.add(name, ("PriorBox", "prior_box_param { %s }" % params), [FEATURES, PICTURE], expect=by_loop)
    if name == "ratios, flipped":
        loop = loop_priors(np.zeros(FEATURES), np.zeros(PICTURE), [10], [20], [2, 3])
        assert np.abs(loop - last(prior)).max() < 1e-6, "the loop agrees with OpenCV"
prior.store()
