"""transforms.json: transformer chains of the manual, computed with cv2, PIL, skimage and NumPy alone."""
import cv2
import numpy as np
from PIL import Image
from skimage.transform import resize

from make_color import nv12_calc, nv12_opencv, yuv
from noise import noise, unit
from store import exact, near, save

CV = {"": cv2.INTER_LINEAR, "INTER_LINEAR": cv2.INTER_LINEAR, "INTER_CUBIC": cv2.INTER_CUBIC}


def as_type(image, name):
    return np.clip(image, 0, 255).astype(np.uint8) if name == "uint8" else image.astype(np.float32)


def centre(image, top, left, size):
    return image[top : top + size, left : left + size]


def short_side(image, short_size, data_type="float32", interpolation=""):
    height, width = image.shape[:2]
    if height < width:
        size = (int(short_size * (width / height)), short_size)
    else:
        size = (short_size, int(short_size * (height / width)))
    return as_type(cv2.resize(image, size, interpolation=CV[interpolation]), data_type)


def centre_crop(image, crop_size, data_type="float"):
    height, width = image.shape[:2]
    return as_type(centre(image, height // 2 - crop_size // 2, width // 2 - crop_size // 2, crop_size), data_type)


def pil_centre_crop(image, size):
    height, width = image.shape[:2]
    return centre(image, round((height - size) / 2), round((width - size) / 2), size).astype(np.float32)


def padded_centre_crop(image, image_size=224, crop_pad=32):
    height, width = image.shape[:2]
    size = int(image_size / (image_size + crop_pad) * min(height, width))
    return centre(image, ((height - size) + 1) // 2, ((width - size) + 1) // 2, size)


def plain_resize(image, target_size, mode="skimage", method=1, data_type="float", interpolation=""):
    if mode == "opencv":
        out = cv2.resize(image, (target_size[1], target_size[0]), interpolation=CV[interpolation])
    else:
        low, high = image.min(), image.max()
        normalized = ((image.astype(np.float32) - low) / np.float32(high - low)).astype(np.float32)
        out = resize(normalized, target_size, order=method) * (high - low) + low
    return as_type(out, data_type)


def pad_resize(image, target_size, pad_value=127, pad_position="boundary"):
    (th, tw), (height, width) = target_size, image.shape[:2]
    scale = min(tw / width, th / height)
    nh, nw = int(height * scale), int(width * scale)
    canvas = np.full((th, tw, image.shape[2]), pad_value, np.float32)
    top, left = ((th - nh) // 2, (tw - nw) // 2) if pad_position == "boundary" else (0, 0)
    canvas[top : top + nh, left : left + nw] = cv2.resize(image, (nw, nh))
    return canvas


def pil_resize(image, size, interpolation="BILINEAR"):
    height, width = image.shape[:2]
    if isinstance(size, int):
        size = (size, int(size * width / height)) if height <= width else (int(size * height / width), size)
    return np.asarray(Image.fromarray(image).resize((size[1], size[0]), getattr(Image, interpolation)))


def long_side_crop(image):
    height, width = image.shape[:2]
    if width > height:
        start = (width - height) // 2
        return image[:, start : start + height].astype(np.float32)
    return image[: (height - width) // 2 + width].astype(np.float32)


def short_long_resize(image, short_size, long_size, include_im=True):
    short, long = min(image.shape[:2]), max(image.shape[:2])
    factor = short_size / short
    if round(factor * long) > long_size:
        factor = long_size / long
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)


def pad(image, size_divisor=128, target_size=512):
    height, width = image.shape[:2]
    scale = target_size / max(height, width)
    nh, nw = round(height * scale), round(width * scale)
    canvas = np.zeros((-(-nh // size_divisor) * size_divisor, -(-nw // size_divisor) * size_divisor, image.shape[2]), np.uint8)
    canvas[:nh, :nw] = cv2.resize(image, (nw, nh))
    return canvas


def pad_crop(image, target_size):
    """No published arithmetic: the middle of what is too long, zeros behind what is too short."""
    (th, tw), (height, width) = target_size, image.shape[:2]
    top, left = max(height - th, 0) // 2, max(width - tw, 0) // 2
    canvas = np.zeros((th, tw, image.shape[2]), np.float32)
    window = image[top : top + th, left : left + tw]
    canvas[: window.shape[0], : window.shape[1]] = window
    return canvas


def warp_affine(image, input_shape, scale):
    """CenterNet's get_affine_transform without rotation."""
    (th, tw), (height, width) = input_shape, image.shape[:2]

    def points(centre, length):
        first = np.array(centre, np.float32)
        second = (first + np.array([0, length * -0.5])).astype(np.float32)
        direction = first - second
        third = second + np.array([-direction[1], direction[0]], np.float32)
        return np.float32([first, second, third])

    source = points([width / 2.0, height / 2.0], max(height, width) * scale)
    matrix = cv2.getAffineTransform(source, points([tw * 0.5, th * 0.5], tw))
    return cv2.warpAffine(image, matrix, (tw, th), flags=cv2.INTER_LINEAR)


def yuv_i420(image, color_sequence):
    height, width = image.shape[:2]
    code = {"BGR": cv2.COLOR_BGR2YUV_I420, "RGB": cv2.COLOR_RGB2YUV_I420}[color_sequence]
    flat = cv2.cvtColor(image, code).reshape(-1)
    planes = flat[height * width :].reshape(2, height // 2, width // 2).repeat(2, 1).repeat(2, 2)
    return np.dstack([flat[: height * width].reshape(height, width), *planes])


def data_format(function):
    """Colour code above is HWC; the manual's default is CHW."""
    def run(image, data_format="CHW", **params):
        if data_format == "HWC":
            return function(image, **params)
        out = function(np.ascontiguousarray(image.transpose(1, 2, 0)), **params)
        return out if out.ndim == 2 else out.transpose(2, 0, 1)
    return run


def nv12(code, calc_order):
    def run(image, cvt_mode="rgb_calc"):
        return nv12_opencv(image.astype(np.uint8), code) if cvt_mode == "opencv" else nv12_calc(image[:, :, ::calc_order])
    return run


def nv12_to_yuv444(image, target_size, yuv444_output_layout="HWC"):
    height, width = target_size
    chroma = image[height:].reshape(height // 2, width // 2, 2).repeat(2, 0).repeat(2, 1)
    out = np.dstack([image[:height], chroma])
    return out if yuv444_output_layout == "HWC" else out.transpose(2, 0, 1)


def yuv444(order, video, offset=0):
    return lambda image: (yuv(image[:, :, ::order], video).astype(np.float32) - np.float32(offset))


STEPS = {
    "AddTransformer": lambda x, value: x.astype(np.float32) + np.float32(value),
    "ScaleTransformer": lambda x, scale_value: (x.astype(np.float64) * scale_value).astype(np.float32),
    "NormalizeTransformer": lambda x, std: (x.astype(np.float64) / std).astype(np.float32),
    "MeanTransformer": data_format(lambda x, means: (x - np.array(means, np.float64)).astype(np.float32)),
    "TransposeTransformer": lambda x, order: x.transpose(order),
    "HWC2CHWTransformer": lambda x: x.transpose(2, 0, 1),
    "CHW2HWCTransformer": lambda x: x.transpose(1, 2, 0),
    "CenterCropTransformer": centre_crop,
    "PILCenterCropTransformer": pil_centre_crop,
    "PaddedCenterCropTransformer": padded_centre_crop,
    "LongSideCropTransformer": long_side_crop,
    "ResizeTransformer": plain_resize,
    "ShortLongResizeTransformer": short_long_resize,
    "PadTransformer": pad,
    "PadCropTransformer": pad_crop,
    "WarpAffineTransformer": warp_affine,
    "YUVTransformer": yuv_i420,
    "ShortSideResizeTransformer": short_side,
    "PadResizeTransformer": pad_resize,
    "PILResizeTransformer": pil_resize,
    "BGR2RGBTransformer": data_format(lambda x: x[:, :, ::-1]),
    "RGB2BGRTransformer": data_format(lambda x: x[:, :, ::-1]),
    "RGB2GRAYTransformer": data_format(lambda x: cv2.cvtColor(x, cv2.COLOR_RGB2GRAY)),
    "BGR2GRAYTransformer": data_format(lambda x: cv2.cvtColor(x, cv2.COLOR_BGR2GRAY)),
    "RGB2GRAY_128Transformer": data_format(lambda x: cv2.cvtColor(x, cv2.COLOR_RGB2GRAY).astype(np.float32) - 128),
    "RGB2YUV444Transformer": data_format(yuv444(1, False)),
    "BGR2YUV444Transformer": data_format(yuv444(-1, False)),
    "RGB2YUV444_128Transformer": data_format(yuv444(1, False, 128)),
    "BGR2YUV444_128Transformer": data_format(yuv444(-1, False, 128)),
    "RGB2YUVBT601VIDEOTransformer": data_format(yuv444(1, True)),
    "BGR2YUVBT601VIDEOTransformer": data_format(yuv444(-1, True)),
    "ReduceChannelTransformer": data_format(lambda x: x[:, :, 0]),
    "RGB2NV12Transformer": data_format(nv12(cv2.COLOR_RGB2YUV_I420, 1)),
    "BGR2NV12Transformer": data_format(nv12(cv2.COLOR_BGR2YUV_I420, -1)),
    "NV12ToYUV444Transformer": nv12_to_yuv444,
    "F32ToS8Transformer": lambda x: np.clip(x, -128, 127).astype(np.int8),
    "F32ToU8Transformer": lambda x: np.clip(x, 0, 255).astype(np.uint8),
}


def step(name, **params):
    return {"name": name + "Transformer", "params": params}


CHW, HWC = step("HWC2CHW"), {"data_format": "HWC"}
# (height, width, as skimage reads it, steps)
CHAINS = [
    (75, 100, False, [step("ShortSideResize", short_size=64), step("CenterCrop", crop_size=56), CHW, step("BGR2RGB")]),
    (101, 76, False, [step("ShortSideResize", short_size=64, data_type="uint8", interpolation="INTER_CUBIC"), step("CenterCrop", crop_size=55, data_type="uint8")]),
    (50, 50, False, [step("ShortSideResize", short_size=51)]),
    (75, 100, True, [step("ShortSideResize", short_size=64), step("CenterCrop", crop_size=56), CHW, step("RGB2BGR"), step("Scale", scale_value=255)]),
    (33, 50, False, [step("PILResize", size=28), step("PILCenterCrop", size=25)]),
    (50, 33, False, [step("PILResize", size=28, interpolation="BICUBIC"), step("PILCenterCrop", size=24)]),
    (50, 33, False, [step("PILResize", size=[20, 30], interpolation="LANCZOS")]),
    (61, 48, True, [step("PaddedCenterCrop")]),
    (48, 61, False, [step("PaddedCenterCrop", image_size=30, crop_pad=4), step("Resize", target_size=[30, 30], mode="opencv", data_type="uint8")]),
    (31, 40, False, [step("Resize", target_size=[18, 50], mode="opencv", interpolation="INTER_CUBIC")]),
    (75, 100, False, [step("PadResize", target_size=[64, 64])]),
    (100, 75, False, [step("PadResize", target_size=[64, 48], pad_value=114, pad_position="bottom_right"), CHW, step("F32ToU8")]),
    (20, 30, False, [CHW, step("RGB2NV12"), step("NV12ToYUV444", target_size=[20, 30])]),
    (20, 30, False, [step("BGR2NV12", cvt_mode="opencv", **HWC), step("NV12ToYUV444", target_size=[20, 30], yuv444_output_layout="CHW")]),
    (20, 30, False, [step("BGR2NV12", **HWC)]),
    (21, 30, False, [CHW, step("RGB2GRAY")]),
    (21, 30, False, [step("BGR2GRAY", **HWC)]),
    (21, 30, False, [CHW, step("RGB2GRAY_128"), step("F32ToS8")]),
    (21, 30, False, [CHW, step("RGB2YUV444")]),
    (21, 30, False, [step("BGR2YUV444", **HWC)]),
    (21, 30, False, [CHW, step("RGB2YUV444_128")]),
    (21, 30, False, [CHW, step("BGR2YUV444_128")]),
    (21, 30, False, [CHW, step("RGB2YUVBT601VIDEO")]),
    (21, 30, False, [CHW, step("BGR2YUVBT601VIDEO"), step("ReduceChannel")]),
    (9, 7, False, [step("Transpose", order=[2, 1, 0]), step("CHW2HWC"), step("Transpose", order=[1, 0, 2])]),
    (9, 7, False, [step("Add", value=-128), step("Normalize", std=57.5)]),
    (9, 7, False, [step("Mean", means=[103.94, 116.78, 123.68], **HWC), step("Scale", scale_value=0.017)]),
    (70, 101, False, [step("LongSideCrop")]),
    (101, 70, False, [step("LongSideCrop"), CHW]),
    (60, 83, False, [step("ShortLongResize", short_size=40, long_size=60)]),
    (83, 60, False, [step("ShortLongResize", short_size=40, long_size=50, include_im=False)]),
    (75, 100, False, [step("ShortLongResize", short_size=100, long_size=200)]),
    (75, 101, False, [step("Pad", size_divisor=16, target_size=64)]),
    (30, 20, False, [step("Pad", size_divisor=32, target_size=51), CHW]),
    (30, 20, False, [step("Pad")]),
    (30, 41, False, [step("PadCrop", target_size=[37, 28])]),
    (75, 100, False, [step("WarpAffine", input_shape=[64, 64], scale=1.0)]),
    (47, 33, False, [step("WarpAffine", input_shape=[64, 64], scale=1.0)]),
    (47, 33, True, [step("WarpAffine", input_shape=[64, 64], scale=1.1)]),
    (53, 77, False, [step("WarpAffine", input_shape=[51, 70], scale=1.1)]),
    (131, 97, False, [step("WarpAffine", input_shape=[60, 40], scale=0.73)]),
    (20, 30, False, [step("YUV", color_sequence="BGR")]),
    (20, 30, False, [step("YUV", color_sequence="RGB")]),
]
SKIMAGE = [
    (40, 30, True, [step("Resize", target_size=[16, 20])]),
    (20, 15, True, [step("Resize", target_size=[27, 13], method=3)]),
]

cases = []
for seed, (height, width, is_unit, steps) in enumerate(CHAINS + SKIMAGE, 201):
    image = noise(height, width, 3, seed)
    image = unit(image) if is_unit else image
    for item in steps:
        image = STEPS[item["name"]](image, **item["params"])
    result = near(image) if (height, width, is_unit, steps) in SKIMAGE else exact(image)
    cases.append({"height": height, "width": width, "seed": seed, "unit": is_unit, "steps": steps, "result": result})
used = {item["name"] for case in cases for item in case["steps"]}
assert used == set(STEPS), set(STEPS) - used
save("transforms.json", cases)
