"""Convolution, Deconvolution, InnerProduct. Run: /usr/bin/python3 make_weighted.py"""
import numpy as np

from golden import Family, caffemodel, head, last, legacy_blob, noise, run_opencv, single

SEED = 100


def weights(*shape):
    return noise(shape, SEED + len(shape), -0.6, 0.6)


def bias(n):
    return noise((n,), SEED, -0.5, 0.5)


conv = Family("convolution")


def convolution(name, params, weight, shape=(1, 4, 7, 6), kind="Convolution", with_bias=True, **more):
    blobs = [weights(*weight)] + ([bias(weight[0])] if with_bias else [])
    conv.add(name, (kind, "convolution_param { num_output: %d %s }" % (weight[0], params)), [shape], blobs, **more)


convolution("3x3", "kernel_size: 3", (2, 4, 3, 3))
convolution("3x3 pad 1 stride 2, no bias", "kernel_size: 3 pad: 1 stride: 2 bias_term: false", (2, 4, 3, 3), with_bias=False)
convolution("kernel_h, pad_w, stride_h...", "kernel_h: 1 kernel_w: 4 pad_h: 1 pad_w: 2 stride_h: 2 stride_w: 1", (2, 4, 1, 4))
convolution("lists: h, then w", "kernel_size: 2 kernel_size: 3 pad: 0 pad: 2 stride: 2 stride: 3 dilation: 1 dilation: 2", (2, 4, 2, 3))
convolution("dilation 2", "kernel_size: 3 dilation: 2 pad: 2", (2, 4, 3, 3))
convolution("group 2", "kernel_size: 2 group: 2", (6, 2, 2, 2))
convolution("group = channels", "kernel_size: 3 group: 4 pad: 1", (4, 1, 3, 3))
convolution("two filters per channel", "kernel_size: 3 group: 4", (8, 1, 3, 3))
convolution("batch of 2", "kernel_size: 1", (3, 4, 1, 1), shape=(2, 4, 3, 3))
convolution("blobs with num, channels, height, width", "kernel_size: 3", (2, 4, 3, 3), encode=legacy_blob)
for kind in ("DepthwiseConvolution", "ConvolutionDepthwise", "DepthwiseConv"):
    text = "convolution_param { num_output: 4 kernel_size: 3 pad: 1 group: 4 }"
    blobs = [weights(4, 1, 3, 3), bias(4)]
    convolution(kind + ", group unset", "kernel_size: 3 pad: 1", (4, 1, 3, 3), kind=kind, oracle=("Convolution", text, blobs))
TWO = "convolution_param { num_output: 2 kernel_size: 3 }"
two = [weights(2, 4, 3, 3), bias(2)]


def each_alone(*inputs):
    net = head([(1, 4, 5, 5)]) + single("Convolution", TWO)[0]
    return [run_opencv(net, caffemodel([("y", "Convolution", two)]), {"x0": x}, ["y"])[0] for x in inputs]


conv.add("two bottoms, two tops", ("Convolution", TWO), [(1, 4, 5, 5)] * 2, two, tops=2, expect=each_alone)
conv.store()

deconv = Family("deconvolution")


def deconv_loop(weight, b, stride, pad, dilation, group):
    """Scatter each input value into the output."""

    def run(x):
        n, channels, h, w = x.shape
        per_group, kh, kw = weight.shape[1:]
        oh = stride[0] * (h - 1) + dilation[0] * (kh - 1) + 1 - 2 * pad[0]
        ow = stride[1] * (w - 1) + dilation[1] * (kw - 1) + 1 - 2 * pad[1]
        y = np.zeros((n, per_group * group, oh, ow))
        for i in range(n):
            for c in range(channels):
                for o in range(per_group):
                    out = c // (channels // group) * per_group + o
                    for iy in range(h):
                        for ix in range(w):
                            for ky in range(kh):
                                for kx in range(kw):
                                    oy = iy * stride[0] - pad[0] + ky * dilation[0]
                                    ox = ix * stride[1] - pad[1] + kx * dilation[1]
                                    if 0 <= oy < oh and 0 <= ox < ow:
                                        y[i, out, oy, ox] += float(x[i, c, iy, ix]) * float(weight[c, o, ky, kx])
        return y + np.asarray(b).reshape(1, -1, 1, 1)

    return run


def deconvolution(name, params, weight, outputs, shape=(1, 4, 3, 4), with_bias=True, loop=None):
    w = weights(*weight)
    b = bias(outputs) if with_bias else np.zeros(outputs)
    expect = deconv_loop(w, b, *loop) if loop else None
    layer = ("Deconvolution", "convolution_param { num_output: %d %s }" % (outputs, params))
    deconv.add(name, layer, [shape], [w] + ([b] if with_bias else []), expect=expect)


deconvolution("kernel 4 stride 2 pad 1", "kernel_size: 4 stride: 2 pad: 1", (4, 3, 4, 4), 3)
deconvolution("kernel 2 stride 2, no bias", "kernel_size: 2 stride: 2 bias_term: false", (4, 2, 2, 2), 2, with_bias=False)
deconvolution("group = channels", "kernel_size: 4 stride: 2 pad: 1 group: 4 bias_term: false", (4, 1, 4, 4), 4, with_bias=False)
deconvolution("group 2", "kernel_size: 3 stride: 2 group: 2", (4, 3, 3, 3), 6)
deconvolution("kernel smaller than stride", "kernel_size: 2 stride: 3", (4, 2, 2, 2), 2)
deconvolution("stride 1", "kernel_size: 3 pad: 1", (4, 2, 3, 3), 2)
deconvolution("kernel_h, stride_w...", "kernel_h: 3 kernel_w: 2 stride_h: 1 stride_w: 2 pad_h: 1 pad_w: 0", (4, 2, 3, 2), 2)
previous = last(deconv)
# OpenCV overlooks pad_h where pad_w is missing
deconvolution("pad_h alone", "kernel_h: 3 kernel_w: 2 stride_h: 1 stride_w: 2 pad_h: 1", (4, 2, 3, 2), 2, loop=((1, 2), (1, 0), (1, 1), 1))
assert np.abs(last(deconv) - previous).max() < 1e-6, "the loop agrees with OpenCV"
deconvolution("dilation 2", "kernel_size: 2 stride: 2 dilation: 2 pad: 1", (4, 2, 2, 2), 2, loop=((2, 2), (1, 1), (2, 2), 1))
deconv.store()

inner = Family("inner_product")


def inner_product(name, params, inputs, outputs, shape, with_bias=True, transpose=False, **more):
    w = weights(*((inputs, outputs) if transpose else (outputs, inputs)))
    inner.add(name, ("InnerProduct", "inner_product_param { num_output: %d %s }" % (outputs, params)), [shape], [w] + ([bias(outputs)] if with_bias else []), **more)


def dense(w, b):
    """Rows of the flattened input against rows of the weight."""

    def run(x, lead):
        rows = x.reshape(int(np.prod(x.shape[:lead])), -1)
        y = [[sum(float(p) * float(q) for p, q in zip(row, w[o])) + float(b[o]) for o in range(len(w))] for row in rows]
        return np.array(y).reshape(tuple(x.shape[:lead]) + (len(w),))

    return run


inner_product("feature map", "", 24, 3, (1, 2, 3, 4))
inner_product("batch of 2", "", 24, 3, (2, 2, 3, 4))
inner_product("vector", "", 5, 3, (1, 5))
inner_product("no bias", "bias_term: false", 24, 3, (1, 2, 3, 4), with_bias=False)
inner_product("blobs with num, channels, height, width", "", 24, 3, (1, 2, 3, 4), encode=legacy_blob)
inner_product("axis 2", "axis: 2", 12, 3, (1, 2, 3, 4), expect=lambda x: dense(weights(3, 12), bias(3))(x, 2))
inner_product("axis -1", "axis: -1", 4, 3, (1, 2, 3, 4), expect=lambda x: dense(weights(3, 4), bias(3))(x, 3))
inner_product("axis 0", "axis: 0", 24, 3, (1, 2, 3, 4), expect=lambda x: dense(weights(3, 24), bias(3))(x[None], 1)[0])
inner_product("transpose", "transpose: true", 24, 3, (1, 2, 3, 4), transpose=True, expect=lambda x: dense(weights(24, 3).T, bias(3))(x, 1))
inner_product("transpose, axis 2, no bias", "transpose: true axis: 2 bias_term: false", 12, 3, (1, 2, 3, 4), transpose=True, with_bias=False, expect=lambda x: dense(weights(12, 3).T, np.zeros(3))(x, 2))
inner.store()
