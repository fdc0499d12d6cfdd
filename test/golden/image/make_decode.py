"""pictures/ and decode.json: small picture files of every kind and how cv2.imread, PIL and skimage read them."""
import os

import cv2
import numpy as np
import skimage.io
from PIL import Image

from noise import noise
from store import exact, save

os.makedirs("pictures", exist_ok=True)
smooth = cv2.GaussianBlur(cv2.resize(noise(9, 12, 3, 5), (23, 17), interpolation=cv2.INTER_CUBIC), (0, 0), 1)
picture = Image.fromarray(smooth)


def oriented(orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    return exif


turned = oriented(6)
inks = np.dstack([smooth, noise(17, 23, 1, 6)])

picture.save("pictures/plain.jpg", quality=90)
picture.save("pictures/plain.png")
picture.save("pictures/turned.jpg", exif=turned)
picture.save("pictures/turned.png", exif=turned)
picture.convert("L").save("pictures/gray.jpg")
picture.convert("L").save("pictures/gray.png")
picture.convert("1").save("pictures/bilevel.png")
picture.quantize(16).save("pictures/palette.png")
Image.fromarray(np.dstack([smooth, noise(17, 23, 1, 9)])).save("pictures/alpha.png")
Image.fromarray(inks, "CMYK").save("pictures/cmyk.jpg", quality=95)
picture.save("pictures/plain.bmp")
picture.convert("L").save("pictures/gray.bmp")
picture.convert("1").save("pictures/bilevel.bmp")
picture.quantize(16).save("pictures/palette.bmp")
cv2.imwrite("pictures/alpha.bmp", np.dstack([smooth, noise(17, 23, 1, 9)]))
for orientation in (1, 2, 3, 4, 5, 7, 8):
    picture.save(f"pictures/orientation{orientation}.jpg", exif=oriented(orientation), quality=80)
Image.fromarray(np.dstack([noise(17, 23, 1, 13), noise(17, 23, 1, 14)]), "LA").save("pictures/gray_alpha.png")
cv2.imwrite("pictures/deep_gray.png", (noise(17, 23, 1, 15).astype(np.uint16) << 8) | noise(17, 23, 1, 16))
cv2.imwrite("pictures/deep_alpha.png", (noise(17, 23, 4, 17).astype(np.uint16) << 8) | noise(17, 23, 4, 18))
clear = picture.quantize(16)
clear.save("pictures/palette_clear.png", transparency=3)
picture.quantize(4).save("pictures/palette2.png", bits=2)
picture.save("pictures/progressive.jpg", progressive=True)
picture.save("pictures/subsampled.jpg", subsampling=2, quality=75)
cv2.imwrite("pictures/deep.png", (noise(17, 23, 3, 11).astype(np.uint16) << 8) | noise(17, 23, 3, 12))


def skimage_rgb(path):
    """RGB float32 0..1, as the samples read with skimage: gray replicated, alpha dropped."""
    image = skimage.io.imread(path)
    if image.dtype == bool or image.dtype == np.uint16:
        return None
    if image.ndim == 3 and image.shape[2] == 2:
        image = image[:, :, 0]
    if image.ndim == 2:
        image = np.stack([image] * 3, -1)
    return (image[:, :, :3] / 255.0).astype(np.float32)


cases = []
for name in sorted(os.listdir("pictures")):
    path = os.path.join("pictures", name)
    readers = {"opencv": cv2.imread(path), "pil": np.asarray(Image.open(path).convert("RGB")), "skimage": skimage_rgb(path)}
    for reader, image in readers.items():
        if image is not None:
            cases.append({"file": name, "reader": reader, "result": exact(image)})
save("decode.json", cases)
