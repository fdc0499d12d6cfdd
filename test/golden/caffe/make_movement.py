"""Layers that join, cut, move and reduce. Run: /usr/bin/python3 make_movement.py"""
import numpy as np

from golden import Family, last, noise

SHAPE = (2, 4, 3, 5)

join = Family("eltwise")
for operation in ("SUM", "PROD", "MAX"):
    for count in (2, 3):
        text = "eltwise_param { operation: %s }" % operation
        join.add("%s of %d" % (operation, count), ("Eltwise", text), [SHAPE] * count)
join.add("default", ("Eltwise", ""), [SHAPE] * 2)
join.add("difference", ("Eltwise", "eltwise_param { operation: SUM coeff: 1 coeff: -1 }"), [SHAPE] * 2)
join.add("coeff", ("Eltwise", "eltwise_param { coeff: 0.5 coeff: -2 coeff: 1 }"), [SHAPE] * 3)
join.add("coeff of the first is negative", ("Eltwise", "eltwise_param { coeff: -1 coeff: 1 }"), [SHAPE] * 2)
join.add("one of N x C x 1 x 1", ("Eltwise", "eltwise_param { operation: PROD }"), [SHAPE, (2, 4, 1, 1)], expect=lambda a, b: a * b)
join.add("first of N x C x 1 x 1", ("Eltwise", ""), [(2, 4, 1, 1), SHAPE], expect=lambda a, b: a + b)
join.add(
    "Axpy", ("Axpy", ""), [(2, 4, 1, 1), SHAPE, SHAPE],
    expect=lambda a, x, y: np.stack([np.stack([a[n, c, 0, 0] * x[n, c] + y[n, c] for c in range(4)]) for n in range(2)]),
)
join.add(
    "Axpy of N x C", ("Axpy", ""), [(2, 4), SHAPE, SHAPE],
    expect=lambda a, x, y: np.stack([np.stack([a[n, c] * x[n, c] + y[n, c] for c in range(4)]) for n in range(2)]),
)
join.store()

cut = Family("cut")
cut.add("Concat", ("Concat", ""), [SHAPE, (2, 2, 3, 5), SHAPE])
cut.add("Concat axis 2", ("Concat", "concat_param { axis: 2 }"), [SHAPE, (2, 4, 2, 5)])
cut.add("Concat axis -1", ("Concat", "concat_param { axis: -1 }"), [SHAPE, (2, 4, 3, 1)])
cut.add("Concat concat_dim", ("Concat", "concat_param { concat_dim: 0 }"), [SHAPE, SHAPE], expect=lambda a, b: np.concatenate([a, b]))
cut.add("Concat of one", ("Concat", ""), [SHAPE])
cut.add("Slice in equal parts", ("Slice", ""), [SHAPE], tops=2)
cut.add("Slice at points", ("Slice", "slice_param { axis: 1 slice_point: 1 slice_point: 3 }"), [SHAPE], tops=3)
cut.add("Slice axis 3", ("Slice", "slice_param { axis: 3 slice_point: 2 }"), [SHAPE], tops=2)
cut.add("Slice slice_dim", ("Slice", "slice_param { slice_dim: 2 }"), [SHAPE], tops=3, expect=lambda x: [x[:, :, i : i + 1] for i in range(3)])
cut.add("Split", ("Split", ""), [SHAPE], tops=2)
cut.add("Crop", ("Crop", "crop_param { axis: 2 offset: 1 }"), [(1, 2, 6, 7), (1, 5, 3, 4)])
cut.add("Crop default", ("Crop", ""), [(1, 2, 6, 7), (1, 5, 3, 4)])
cut.add("Crop offset per axis", ("Crop", "crop_param { axis: 1 offset: 1 offset: 2 offset: 3 }"), [(1, 3, 6, 7), (1, 2, 3, 4)])
cut.add("Crop axis -1", ("Crop", "crop_param { axis: -1 offset: 2 }"), [(1, 3, 6, 7), (1, 3, 6, 4)], expect=lambda x, like: x[..., 2:6])
cut.add("Permute", ("Permute", "permute_param { order: 0 order: 2 order: 3 order: 1 }"), [SHAPE])
cut.add("Permute, the rest follows", ("Permute", "permute_param { order: 2 }"), [SHAPE], expect=lambda x: x.transpose(2, 0, 1, 3))
cut.add("Flatten", ("Flatten", ""), [SHAPE])
cut.add("Flatten axis 2", ("Flatten", "flatten_param { axis: 2 }"), [SHAPE])
cut.add("Flatten axis 1 to 2", ("Flatten", "flatten_param { axis: 1 end_axis: 2 }"), [SHAPE])
cut.add("Flatten axis 0 to -2", ("Flatten", "flatten_param { axis: 0 end_axis: -2 }"), [SHAPE], expect=lambda x: x.reshape(24, 5))
cut.add("Reshape copies and infers", ("Reshape", "reshape_param { shape { dim: 0 dim: 2 dim: -1 } }"), [SHAPE])
cut.add("Reshape axis 1", ("Reshape", "reshape_param { shape { dim: 2 dim: -1 } axis: 1 num_axes: 1 }"), [SHAPE])
cut.add("Reshape inserts an axis", ("Reshape", "reshape_param { shape { dim: 1 } axis: 1 num_axes: 0 }"), [SHAPE], expect=lambda x: x[:, None])
cut.add("Reshape from axis -1, behind the last", ("Reshape", "reshape_param { shape { dim: 1 } axis: -1 }"), [SHAPE], expect=lambda x: x[..., None])
cut.add("Reshape from axis -2, the last", ("Reshape", "reshape_param { shape { dim: 1 dim: -1 } axis: -2 }"), [SHAPE], expect=lambda x: x[..., None, :])
cut.add("Tile", ("Tile", "tile_param { tiles: 3 }"), [SHAPE], expect=lambda x: np.concatenate([x, x, x], 1))
cut.add("Tile axis -2", ("Tile", "tile_param { axis: -2 tiles: 2 }"), [SHAPE], expect=lambda x: np.concatenate([x, x], 2))
cut.store()


def shuffled(group):
    def run(x):
        y = np.zeros_like(x)
        per = x.shape[1] // group
        for g in range(group):
            for i in range(per):
                y[:, i * group + g] = x[:, g * per + i]
        return y

    return run


def darknet_reorg(x, stride=2):
    """darknet's loop over flat memory: the input is read as if it were C/4 x 2H x 2W."""
    batch, c, h, w = x.shape
    flat, out = x.ravel(), np.zeros(x.size, np.float32)
    out_c = c // (stride * stride)
    for b in range(batch):
        for k in range(c):
            for j in range(h):
                for i in range(w):
                    w2 = i * stride + (k // out_c) % stride
                    h2 = j * stride + (k // out_c) // stride
                    there = w2 + w * stride * (h2 + h * stride * (k % out_c + out_c * b))
                    out[i + w * (j + h * (k + c * b))] = flat[there]
    return out.reshape(batch, c * stride * stride, h // stride, w // stride)


def space_to_depth(x, block=2, blocks_first=True):
    batch, c, h, w = x.shape
    y = np.zeros((batch, c * block * block, h // block, w // block), np.float32)
    for n, k, i, j in np.ndindex(*x.shape):
        position = i % block * block + j % block
        out = position * c + k if blocks_first else k * block * block + position
        y[n, out, i // block, j // block] = x[n, k, i, j]
    return y


def depth_to_space(x, block=2):
    batch, c, h, w = x.shape
    y = np.zeros((batch, c // (block * block), h * block, w * block), np.float32)
    for n, k, i, j in np.ndindex(*x.shape):
        position, out = divmod(k, y.shape[1])
        y[n, out, i * block + position // block, j * block + position % block] = x[n, k, i, j]
    return y


order = Family("reorder")
order.add("ShuffleChannel", ("ShuffleChannel", "shuffle_channel_param { group: 3 }"), [(1, 6, 2, 3)], expect=shuffled(3))
order.add("ShuffleChannel, group 1", ("ShuffleChannel", ""), [(1, 6, 2, 3)])
MAP = (2, 8, 4, 6)
order.add("Reorg", ("Reorg", ""), [MAP])
assert np.array_equal(darknet_reorg(noise(MAP, 1)), last(order)), "OpenCV and darknet's loop agree"
order.add("Reorg stride", ("Reorg", "reorg_param { stride: 2 }"), [MAP], expect=darknet_reorg)
order.add("Reorg stride 3", ("Reorg", "reorg_param { stride: 3 }"), [(1, 9, 6, 3)], expect=lambda x: darknet_reorg(x, 3))
order.add("Reorg reverse", ("Reorg", "reorg_param { stride: 2 reverse: true }"), [MAP], expect=depth_to_space)
for name in ("PassThrough", "Passthrough"):
    order.add(name, (name, ""), [MAP], expect=space_to_depth)
text = "pass_through_param { num_output: 32 block_height: 2 block_width: 2 }"
order.add("PassThrough of HiSilicon", ("PassThrough", text), [MAP], expect=space_to_depth)
text = "pass_through_param { mode: CRD blocksize: 2 }"
order.add("PassThrough CRD", ("PassThrough", text), [MAP], expect=lambda x: space_to_depth(x, 2, False))
order.store()

reduce = Family("reduce")
reduce.add("Softmax", ("Softmax", ""), [SHAPE], low=-4, high=4)
reduce.add("Softmax axis 2", ("Softmax", "softmax_param { axis: 2 }"), [SHAPE], low=-4, high=4)
reduce.add("Softmax axis -1", ("Softmax", "softmax_param { axis: -1 }"), [SHAPE], low=-4, high=4)


def softmax(x):
    y = np.exp(x.astype(np.float64) - x.max(axis=1, keepdims=True))
    return y / y.sum(axis=1, keepdims=True)


reduce.add("Softmax of a vector", ("Softmax", ""), [(2, 5)], low=-4, high=4, expect=softmax)
for operation, function in {
    "SUM": lambda v: v.sum(-1),
    "ASUM": lambda v: np.abs(v).sum(-1),
    "SUMSQ": lambda v: np.square(v).sum(-1),
    "MEAN": lambda v: v.mean(-1),
}.items():
    for axis, lead in ((2, (2, 4)), (-1, (2, 4, 3)), (0, ())):
        text = "reduction_param { operation: %s axis: %d coeff: 0.5 }" % (operation, axis)
        reduce.add("%s axis %d" % (operation, axis), ("Reduction", text), [SHAPE], expect=lambda x: 0.5 * function(x.astype(np.float64).reshape(lead + (-1,))))
reduce.add("Reduction default", ("Reduction", ""), [SHAPE], expect=lambda x: x.astype(np.float64).sum())


def best(values, count):
    """Caffe sorts (value, index) downwards: of equal values the last index comes first."""
    return sorted(((float(v), i) for i, v in enumerate(values)), reverse=True)[:count]


def arg_max(top_k, both):
    def run(x):
        rows = [best(row, top_k) for row in x.reshape(len(x), -1)]
        indices = [[i for _, i in row] for row in rows]
        return np.array([[ids, [v for v, _ in row]] for ids, row in zip(indices, rows)] if both else [[ids] for ids in indices], np.float32)

    return run


def arg_max_axis(axis, top_k, values):
    return lambda x: np.apply_along_axis(lambda row: np.array([v if values else i for v, i in best(row, top_k)], np.float32), axis, x)


reduce.add("ArgMax", ("ArgMax", ""), [SHAPE], expect=arg_max(1, False))
reduce.add("ArgMax top 3", ("ArgMax", "argmax_param { top_k: 3 }"), [SHAPE], expect=arg_max(3, False))
reduce.add("ArgMax with values", ("ArgMax", "argmax_param { out_max_val: true top_k: 2 }"), [SHAPE], expect=arg_max(2, True))
reduce.add("ArgMax axis 1", ("ArgMax", "argmax_param { axis: 1 }"), [SHAPE], expect=arg_max_axis(1, 1, False))
reduce.add("ArgMax axis -1 top 2", ("ArgMax", "argmax_param { axis: -1 top_k: 2 }"), [SHAPE], expect=arg_max_axis(3, 2, False))
reduce.add("ArgMax values of axis 1", ("ArgMax", "argmax_param { axis: 1 out_max_val: true top_k: 2 }"), [SHAPE], expect=arg_max_axis(1, 2, True))
reduce.add("ArgMax of equal values", ("ArgMax", "argmax_param { axis: 1 }"), [(1, 4, 2, 2)], low=0, high=0, expect=arg_max_axis(1, 1, False))
reduce.store()
