"""BatchNorm, BN, Scale, Bias, LRN, MVN, Normalize. Run: /usr/bin/python3 make_normalization.py"""
import itertools

import numpy as np

from golden import Family, last, legacy_blob, noise

SHAPE = (1, 4, 3, 5)


def statistics(factor, channels=4):
    """Caffe stores sums; a reader divides them by the factor."""
    mean = noise((channels,), 7, -0.5, 0.5) * np.float32(factor or 1)
    variance = noise((channels,), 8, 0.2, 2.0) * np.float32(factor or 1)
    return [mean, variance, np.array([factor], np.float32)]


def loop_batch(x, blobs, eps, gamma=None, beta=None):
    y = np.zeros(x.shape)
    mean, variance, factor = blobs
    for index in np.ndindex(*x.shape):
        c = index[1]
        m, v = (float(mean[c]) / float(factor[0]), float(variance[c]) / float(factor[0])) if factor[0] else (0.0, 0.0)
        y[index] = (float(x[index]) - m) / (v + eps) ** 0.5
        if gamma is not None:
            y[index] = y[index] * float(gamma[c]) + float(beta[c])
    return y


batch = Family("batch_norm")
batch.add("scale factor 1", ("BatchNorm", ""), [SHAPE], statistics(1))
batch.add("scale factor 999.98", ("BatchNorm", "batch_norm_param { use_global_stats: true }"), [SHAPE], statistics(999.98))
batch.add("eps", ("BatchNorm", "batch_norm_param { eps: 0.1 }"), [SHAPE], statistics(10))
batch.add("scale factor 0", ("BatchNorm", "batch_norm_param { eps: 0.25 }"), [SHAPE], statistics(0))
batch.add("blobs with num, channels, height, width", ("BatchNorm", ""), [SHAPE], statistics(3), encode=legacy_blob)
batch.add("a vector per picture", ("BatchNorm", ""), [(2, 4)], statistics(5), expect=lambda x: loop_batch(x, statistics(5), 1e-5))


GAMMA, BETA = noise((4,), 9, 0.5, 2.0), noise((4,), 10)
batch.add(
    "five blobs (NVCaffe): factor, then scale and bias",
    ("BatchNorm", "batch_norm_param { scale_bias: true }"),
    [SHAPE],
    statistics(2) + [GAMMA, BETA],
    expect=lambda x: loop_batch(x, statistics(2), 1e-5, GAMMA, BETA),
)
batch.add(
    "statistics of the picture itself",
    ("BatchNorm", "batch_norm_param { use_global_stats: false eps: 0.01 }"),
    [SHAPE],
    statistics(2),
    expect=lambda x: np.stack([(p - p.mean()) / (p.var() + 0.01) ** 0.5 for p in x[0].astype(np.float64)])[None],
)
batch.add(
    "BN of SegNet: gamma and beta, statistics folded",
    ("BN", "bn_param { bn_mode: INFERENCE }"),
    [SHAPE],
    [GAMMA.reshape(1, 4, 1, 1), BETA.reshape(1, 4, 1, 1)],
    expect=lambda x: np.stack([p * float(g) + float(b) for p, g, b in zip(x[0].astype(np.float64), GAMMA, BETA)])[None],
)
batch.add(
    "BN of PSPNet: slope, bias, mean, variance",
    ("BN", "bn_param { frozen: true eps: 0.01 }"),
    [SHAPE],
    [blob.reshape(1, 4, 1, 1) for blob in (GAMMA, BETA, *statistics(1)[:2])],
    expect=lambda x: loop_batch(x, statistics(1), 0.01, GAMMA, BETA),
)
batch.store()


def loop_axes(operation):
    """y[i] = x[i] op s[the indices of axes axis..axis + rank(s)]."""

    def run(x, s, axis):
        y = np.zeros(x.shape)
        for index in np.ndindex(*x.shape):
            y[index] = operation(float(x[index]), float(s[index[axis : axis + s.ndim]]))
        return y

    return run


times, plus = loop_axes(lambda a, b: a * b), loop_axes(lambda a, b: a + b)
PLANE = noise((4, 3), 11)
scale = Family("scale")
scale.add("gamma", ("Scale", ""), [SHAPE], [GAMMA])
scale.add("gamma and beta", ("Scale", "scale_param { bias_term: true }"), [SHAPE], [GAMMA, BETA])
scale.add("legacy blobs", ("Scale", "scale_param { bias_term: true }"), [SHAPE], [GAMMA, BETA], encode=legacy_blob)
scale.add("axis 3", ("Scale", "scale_param { axis: 3 }"), [SHAPE], [noise((5,), 12)], expect=lambda x: times(x, noise((5,), 12), 3))
scale.add("axis -2", ("Scale", "scale_param { axis: -2 }"), [SHAPE], [noise((3,), 12)], expect=lambda x: times(x, noise((3,), 12), 2))
scale.add("axes 1 and 2", ("Scale", "scale_param { num_axes: 2 bias_term: true }"), [SHAPE], [PLANE, PLANE * 2], expect=lambda x: plus(times(x, PLANE, 1), PLANE * 2, 1))
scale.add("all axes from 1", ("Scale", "scale_param { num_axes: -1 }"), [SHAPE], [noise(SHAPE[1:], 13)], expect=lambda x: times(x, noise(SHAPE[1:], 13), 1))
scale.add("one number", ("Scale", "scale_param { num_axes: 0 }"), [SHAPE], [np.array(1.5)], expect=lambda x: x * 1.5)
scale.add("a vector per picture", ("Scale", "scale_param { bias_term: true }"), [(2, 4)], [GAMMA, BETA], expect=lambda x: plus(times(x, GAMMA, 1), BETA, 1))
scale.add("two bottoms, same shape", ("Scale", "scale_param { axis: 0 }"), [SHAPE, SHAPE], expect=lambda x, s: times(x, s, 0))
scale.add("two bottoms, N x C", ("Scale", "scale_param { axis: 0 }"), [(2, 4, 3, 5), (2, 4)], expect=lambda x, s: times(x, s, 0))
scale.add("two bottoms, C", ("Scale", ""), [SHAPE, (4,)], expect=lambda x, s: times(x, s, 1))
scale.add("two bottoms, H x W from the end", ("Scale", "scale_param { axis: -2 }"), [SHAPE, (3, 5)], expect=lambda x, s: times(x, s, 2))
scale.add("two bottoms and a bias", ("Scale", "scale_param { bias_term: true }"), [SHAPE, (4,)], [BETA], expect=lambda x, s: plus(times(x, s, 1), BETA, 1))
scale.store()

bias = Family("bias")
bias.add("per channel", ("Bias", ""), [SHAPE], [BETA], expect=lambda x: plus(x, BETA, 1))
bias.add("axis 2, two axes", ("Bias", "bias_param { axis: 2 num_axes: 2 }"), [SHAPE], [noise((3, 5), 14)], expect=lambda x: plus(x, noise((3, 5), 14), 2))
bias.add("two bottoms, N x C", ("Bias", "bias_param { axis: 0 }"), [(2, 4, 3, 5), (2, 4)], expect=lambda x, s: plus(x, s, 0))
bias.store()

lrn = Family("lrn")


def loop_lrn(region, size, alpha, beta, k):
    def run(x):
        y = np.zeros(x.shape)
        half = size // 2
        for n, c, i, j in np.ndindex(*x.shape):
            if region == "ACROSS_CHANNELS":
                window = x[n, max(c - half, 0) : c + half + 1, i, j]
                total = np.square(window.astype(np.float64)).sum() / size
            else:
                window = x[n, c, max(i - half, 0) : i + half + 1, max(j - half, 0) : j + half + 1]
                total = np.square(window.astype(np.float64)).sum() / size**2
            y[n, c, i, j] = x[n, c, i, j] / (k + alpha * total) ** beta
        return y

    return run


for region, size, alpha, beta, k in [
    ("ACROSS_CHANNELS", 5, 0.5, 0.75, 1),
    ("ACROSS_CHANNELS", 3, 2, 0.5, 1),
    ("ACROSS_CHANNELS", 3, 2, 0.5, 2),
    ("WITHIN_CHANNEL", 3, 0.5, 0.75, 1),
    ("WITHIN_CHANNEL", 5, 3, 1, 1),
]:
    text = "lrn_param { local_size: %d alpha: %g beta: %g k: %g norm_region: %s }" % (size, alpha, beta, k, region)
    by_loop = loop_lrn(region, size, alpha, beta, k)
    # OpenCV overlooks k
    lrn.add("%s %d k %g" % (region, size, k), ("LRN", text), [(2, 7, 4, 5)], low=-3, high=3, expect=by_loop if k != 1 else None)
    print(np.abs(by_loop(noise((2, 7, 4, 5), 1, -3, 3)) - last(lrn)).max())
lrn.add("defaults", ("LRN", ""), [(1, 7, 4, 5)], low=-3, high=3, expect=loop_lrn("ACROSS_CHANNELS", 5, 1, 0.75, 1))
lrn.store()

mvn = Family("mvn")


def loop_mvn(across, variance, eps):
    def run(x):
        y = np.zeros(x.shape)
        for n, c in itertools.product(range(x.shape[0]), range(x.shape[1])):
            group = (x[n] if across else x[n, c]).astype(np.float64)
            y[n, c] = x[n, c] - group.mean()
            if variance:
                y[n, c] /= group.std() + eps
        return y

    return run


for across, variance in itertools.product((False, True), (False, True)):
    text = "mvn_param { across_channels: %s normalize_variance: %s eps: 0.01 }" % (str(across).lower(), str(variance).lower())
    mvn.add(text[12:-12], ("MVN", text), [(2, 3, 4, 5)], expect=loop_mvn(across, variance, 0.01))
mvn.add("defaults", ("MVN", ""), [(1, 3, 4, 5)])
mvn.store()

normalize = Family("normalize")


def loop_normalize(x, gamma, across, eps):
    y = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*x.shape):
        group = (x[n] if across else x[n, :, i, j]).astype(np.float64)
        y[n, c, i, j] = x[n, c, i, j] / (np.square(group).sum() + eps) ** 0.5 * float(gamma[c if len(gamma) > 1 else 0])
    return y


for across, shared in itertools.product((False, True), (False, True)):
    text = "norm_param { across_spatial: %s channel_shared: %s }" % (str(across).lower(), str(shared).lower())
    blob = np.array([20], np.float32) if shared else GAMMA * 20
    by_loop = (lambda blob, across: lambda x: loop_normalize(x, blob, across, 1e-10))(blob, across)
    # OpenCV takes one scale per channel and place alone.
    normalize.add(text[13:-2], ("Normalize", text), [SHAPE], [blob], expect=by_loop if shared or across else None)
    assert np.abs(by_loop(noise(SHAPE, 1)) - last(normalize)).max() < 1e-5
normalize.add("defaults, eps 0.5", ("Normalize", "norm_param { eps: 0.5 }"), [SHAPE], [GAMMA[:1]], expect=lambda x: loop_normalize(x, GAMMA[:1], True, 0.5))
normalize.store()
