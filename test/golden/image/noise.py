"""The deterministic pictures of the goldens; noise.ts makes the same ones."""
import numpy as np


def noise(height, width, channels, seed):
    """uint8 [height, width, channels] from xorshift32: the top byte of every step."""
    state = seed & 0xFFFFFFFF
    out = np.empty(height * width * channels, np.uint8)
    for i in range(out.size):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        out[i] = state >> 24
    return out.reshape(height, width, channels)


def unit(image):
    """The picture as skimage reads it: float32 0..1."""
    return (image / 255.0).astype(np.float32)
