"""Functions of one value. Run: /usr/bin/python3 make_activations.py"""
import math

import numpy as np

from golden import Family, noise

SHAPE = (1, 3, 4, 5)
family = Family("activations")


def each(function):
    """Apply a function of one number, in double precision."""

    def run(x):
        return np.array([function(float(value)) for value in x.ravel()]).reshape(x.shape)

    return run


def sigmoid(v):
    return 1 / (1 + math.exp(-v))


def add(name, kind, params="", function=None, blobs=(), low=-4, high=4, shape=SHAPE):
    family.add(name, (kind, params), [shape], blobs, low=low, high=high, expect=each(function) if function else None)


add("ReLU", "ReLU")
add("ReLU with slope", "ReLU", "relu_param { negative_slope: 0.1 }")
add("ReLU6", "ReLU6", low=-8, high=8)
add("PReLU per channel", "PReLU", blobs=[noise((3,), 5, -0.5, 0.9)])
add("PReLU shared", "PReLU", "prelu_param { channel_shared: true }", lambda v: v if v > 0 else 0.25 * v, [np.array([0.25])])
family.add(
    "PReLU of a vector", ("PReLU", ""), [(2, 3)], [noise((3,), 5, -0.5, 0.9)], low=-4, high=4,
    expect=lambda x: np.where(x > 0, x, x * noise((3,), 5, -0.5, 0.9)),
)
add("ELU", "ELU")
add("ELU alpha", "ELU", "elu_param { alpha: 0.5 }")
add("Sigmoid", "Sigmoid")
add("TanH", "TanH")
add("AbsVal", "AbsVal")
add("BNLL", "BNLL", function=lambda v: math.log(1 + math.exp(v)))
add("BNLL far out", "BNLL", function=lambda v: v + math.log1p(math.exp(-v)) if v > 0 else math.log1p(math.exp(v)), low=-60, high=60)
add("Exp", "Exp", function=math.exp)
add("Exp base 2, scale, shift", "Exp", "exp_param { base: 2 scale: 0.5 shift: 1 }", lambda v: 2 ** (1 + 0.5 * v))
add("Exp base e, scale, shift", "Exp", "exp_param { scale: -0.5 shift: 1 }", lambda v: math.exp(1 - 0.5 * v))
add("Log", "Log", function=math.log, low=0.1)
add("Log base 10, scale, shift", "Log", "log_param { base: 10 scale: 2 shift: 1 }", lambda v: math.log10(1 + 2 * v), low=0.1)
add("Power as written without params", "Power")
add("Power scale, shift", "Power", "power_param { scale: -0.5 shift: 3 }")
add("Power 2", "Power", "power_param { power: 2 scale: 2 shift: 1 }")
add("Power 3", "Power", "power_param { power: 3 }")
add("Power 0.5", "Power", "power_param { power: 0.5 }", lambda v: v**0.5, low=0.1)
add("Power -1", "Power", "power_param { power: -1 shift: 5 }", lambda v: 1 / (5 + v))
add("Power 0", "Power", "power_param { power: 0 scale: 3 }", lambda v: 1.0)
add("Power of scale 0", "Power", "power_param { power: 2 scale: 0 shift: 3 }", lambda v: 9.0)
add("Threshold", "Threshold", function=lambda v: float(v > 0))
add("Threshold 0.5", "Threshold", "threshold_param { threshold: 0.5 }", lambda v: float(v > 0.5))
add("Clip", "Clip", "clip_param { min: -1 max: 2.5 }", lambda v: min(max(v, -1), 2.5))
add("Swish", "Swish", function=lambda v: v * sigmoid(v))
add("Swish beta", "Swish", "swish_param { beta: 1.5 }", lambda v: v * sigmoid(1.5 * v))
add("Mish", "Mish", function=lambda v: v * math.tanh(math.log(1 + math.exp(v))))
for name in ("HardSwish", "HSwish"):
    add(name, name, function=lambda v: v * min(max(v + 3, 0), 6) / 6)
for name in ("HSigmoid", "HardSigmoid"):
    add(name, name, function=lambda v: min(max(v + 3, 0), 6) / 6)
add("Dropout", "Dropout", "dropout_param { dropout_ratio: 0.4 }")
add("Dropout that did not scale in training", "Dropout", "dropout_param { dropout_ratio: 0.4 scale_train: false }", lambda v: 0.6 * v)
family.store()
