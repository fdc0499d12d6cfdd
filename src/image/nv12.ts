/**
 * NV12 (YUV 4:2:0): H luma rows, then H/2 rows of interleaved U and V for 2x2 pixels, as one channel of height 3H/2.
 */
import { DataError } from '../errors.ts'
import { strides, type ColorOrder } from './color.ts'
import { imageSize, makeImage, toLayout, type ImageLayout, type ImageTensor } from './image-tensor.ts'
import { planeValue } from './yuv.ts'

/**
 * - `rgb_calc`: full-range decimals of toolchain.md 4.4, truncated to bytes
 * - `opencv`: cv2.cvtColor(..., RGB2YUV_I420) of OpenCV 4.6, which is limited range (Y 16..235), planes re-interleaved
 *
 * Both take the chroma of the top-left pixel of each 2x2 block.
 */
export type Nv12Mode = 'rgb_calc' | 'opencv'

/** R, G, B weights of OpenCV's I420 conversion in 20-bit fixed point (1.0 = 2^20) and the offset, for Y, U and V. */
const OPENCV_PLANES = [
  { red: 269484, green: 528482, blue: 102760, offset: 16 },
  { red: -155188, green: -305135, blue: 460324, offset: 128 },
  { red: 460324, green: -385875, blue: -74448, offset: 128 },
] as const
const OPENCV_BITS = 20

/** Convert three-channel pixels 0..255 (either layout) to NV12 bytes. Throws DataError on odd height or width. */
export function toNv12(image: ImageTensor, order: ColorOrder, mode: Nv12Mode): ImageTensor {
  const { height, width } = imageSize(image)
  requireEven(height, width)
  const [luma, u, v] = [0, 1, 2].map((plane) =>
    mode === 'opencv' ? openCvPlane(image, order, plane) : truncated(planeValue(image, order, 'full', plane)),
  ) as [PlaneFunction, PlaneFunction, PlaneFunction]
  const pixels = height * width
  const out = new Uint8Array((pixels * 3) / 2)
  for (let p = 0; p < pixels; p++) out[p] = luma(p)
  let o = pixels
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      out[o++] = u(y * width + x)
      out[o++] = v(y * width + x)
    }
  }
  return makeImage(out, 'HWC', { height: (height * 3) / 2, width, channels: 1 })
}

/** Back to three full planes: each chroma pair repeated over its 2x2 pixels. `nv12` is what `toNv12` returns. */
export function nv12ToYuv444(nv12: ImageTensor, layout: ImageLayout): ImageTensor {
  const size = imageSize(nv12)
  const { width } = size
  const height = Math.round((size.height * 2) / 3)
  if (nv12.dtype !== 'uint8' || size.channels !== 1 || size.height !== (height * 3) / 2) {
    throw new DataError('DATA_NOT_NV12', `this image of ${nv12.shape.join('x')} ${nv12.dtype} is not NV12`, {
      stage: 'preprocess',
      fix: 'put RGB2NV12Transformer or BGR2NV12Transformer before it',
    })
  }
  requireEven(height, width)
  const out = new Uint8Array(height * width * 3)
  const chroma = height * width
  for (let y = 0, o = 0; y < height; y++) {
    const row = chroma + (y >> 1) * width
    for (let x = 0; x < width; x++) {
      out[o++] = nv12.data[y * width + x]!
      out[o++] = nv12.data[row + (x & ~1)]!
      out[o++] = nv12.data[row + (x | 1)]!
    }
  }
  return toLayout(makeImage(out, 'HWC', { height, width, channels: 3 }), layout)
}

type PlaneFunction = (pixel: number) => number

function truncated(value: PlaneFunction): PlaneFunction {
  return (p) => Math.min(Math.max(Math.trunc(value(p)), 0), 255)
}

function openCvPlane(image: ImageTensor, order: ColorOrder, plane: number): PlaneFunction {
  const { pixel, channel } = strides(image)
  const { red, green, blue, offset } = OPENCV_PLANES[plane]
  const first = order === 'rgb' ? 0 : 2 * channel
  const last = 2 * channel - first
  const source = image.data
  const base = (offset << OPENCV_BITS) + (1 << (OPENCV_BITS - 1))
  return (p) => {
    const at = p * pixel
    const sum =
      red * Math.trunc(source[at + first]) +
      green * Math.trunc(source[at + channel]) +
      blue * Math.trunc(source[at + last])
    return Math.min(Math.max((sum + base) >> OPENCV_BITS, 0), 255)
  }
}

function requireEven(height: number, width: number): void {
  if (height % 2 === 0 && width % 2 === 0) return
  throw new DataError(
    'DATA_NV12_ODD_SIZE',
    `NV12 needs an even height and width, the picture is ${height} x ${width}`,
    {
      stage: 'preprocess',
      fix: 'resize or crop to an even size before the NV12 step',
    },
  )
}
