"""color.json: cv2.cvtColor to gray and I420, and the decimals of toolchain.md 4.4 in NumPy."""
import cv2
import numpy as np

from noise import noise, unit
from store import exact, near, save


def picture():
    image = noise(64, 50, 3, 42)
    image[0:8] = 0
    image[8:16] = 255
    image[16:20] = (255, 0, 0)
    image[20:24] = (0, 0, 255)
    return image


def nv12_opencv(image, code):
    height, width = image.shape[:2]
    flat = cv2.cvtColor(image, code).reshape(-1)
    quarter = height * width // 4
    luma, u, v = flat[: 4 * quarter], flat[4 * quarter : 5 * quarter], flat[5 * quarter :]
    return np.concatenate([luma, np.stack([u, v], 1).reshape(-1)]).reshape(height * 3 // 2, width)


def yuv(image, video):
    r, g, b = (image[:, :, c] for c in range(3))
    if video:
        return np.stack([
            0.257 * r + 0.504 * g + 0.098 * b + 16,
            -0.148 * r - 0.291 * g + 0.439 * b + 128,
            0.439 * r - 0.368 * g - 0.071 * b + 128,
        ], -1)
    return np.stack([
        0.299 * r + 0.587 * g + 0.114 * b,
        -0.169 * r - 0.331 * g + 0.5 * b + 128,
        0.5 * r - 0.419 * g - 0.081 * b + 128,
    ], -1)


def nv12_calc(image):
    height, width = image.shape[:2]
    planes = yuv(image, False)
    chroma = planes[::2, ::2, 1:].reshape(-1)
    return np.concatenate([planes[:, :, 0].reshape(-1), chroma]).astype(np.uint8).reshape(height * 3 // 2, width)


if __name__ == "__main__":
    rgb = picture()
    # The decimals are kept for the colours: what is called bgr here is given to the code under test with its channels reversed.
    cases = [
        {"what": "gray", "order": "rgb", "input": "uint8", "result": exact(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))},
        {"what": "gray", "order": "bgr", "input": "uint8", "result": exact(cv2.cvtColor(rgb, cv2.COLOR_BGR2GRAY))},
        {"what": "gray", "order": "rgb", "input": "float32", "result": near(cv2.cvtColor(unit(rgb), cv2.COLOR_RGB2GRAY))},
        {"what": "nv12", "mode": "opencv", "order": "rgb", "input": "uint8", "result": exact(nv12_opencv(rgb, cv2.COLOR_RGB2YUV_I420))},
        {"what": "nv12", "mode": "opencv", "order": "bgr", "input": "uint8", "result": exact(nv12_opencv(rgb, cv2.COLOR_BGR2YUV_I420))},
        {"what": "nv12", "mode": "rgb_calc", "order": "rgb", "input": "uint8", "result": exact(nv12_calc(rgb))},
        {"what": "nv12", "mode": "rgb_calc", "order": "bgr", "input": "uint8", "result": exact(nv12_calc(rgb))},
        {"what": "nv12", "mode": "rgb_calc", "order": "rgb", "input": "float32", "result": exact(nv12_calc(rgb.astype(np.float32)))},
        {"what": "yuv444", "range": "full", "order": "rgb", "input": "uint8", "result": exact(yuv(rgb, False).astype(np.float32))},
        {"what": "yuv444", "range": "video", "order": "bgr", "input": "uint8", "result": exact(yuv(rgb, True).astype(np.float32))},
    ]
    save("color.json", cases)
