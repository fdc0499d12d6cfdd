/**
 * cv2.warpAffine(INTER_LINEAR, BORDER_CONSTANT 0) as OpenCV 4.6 computes it, bit for bit, on uint8 and float32.
 *
 * Source positions are rounded to 1/32 pixel; the four weights of a position are products of multiples of 1/32, so that bytes are
 * blended with 10 fraction bits exactly (OpenCV's 15-bit tables hold the same numbers).
 */
import { imageSize, makeImage, type ImageTensor } from './image-tensor.ts'
import { roundHalfEven, type Size } from './resize-cv-taps.ts'

/** [a, b, c, d, e, f]: pixel (x, y) goes to (a x + b y + c, d x + e y + f); whole numbers are pixel centres. */
export type AffineMatrix = readonly [number, number, number, number, number, number]

/** Positions are computed with 10 fraction bits, then cut to 5. */
const POSITION_ONE = 1024
const STEP_BITS = 5
const STEPS = 1 << STEP_BITS
/** Half a step, in positions of POSITION_ONE. */
const HALF_STEP = POSITION_ONE / STEPS / 2

/** Move the pixels of an HWC image by `matrix` onto a black canvas of `size`; dtype and layout stay. */
export function warpAffineCv(image: ImageTensor, matrix: AffineMatrix, size: Size): ImageTensor {
  if (image.layout !== 'HWC') throw new TypeError('warpAffineCv takes HWC images')
  const { data } = image
  if (data instanceof Int8Array) throw new TypeError('warpAffineCv takes uint8 or float32 images')
  const from = imageSize(image)
  const { channels } = from
  const [a, b, c, d, e, f] = inverted(matrix)
  const columnsX = columnPositions(a, size.width)
  const columnsY = columnPositions(d, size.width)
  const length = size.height * size.width * channels
  const out = data instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length)
  const blend = data instanceof Uint8Array ? blendBytes : blendFloats
  const at = (x: number, y: number): number =>
    x >= 0 && x < from.width && y >= 0 && y < from.height ? (y * from.width + x) * channels : OUTSIDE
  let o = 0
  for (let y = 0; y < size.height; y++) {
    const rowX = roundHalfEven((b * y + c) * POSITION_ONE) + HALF_STEP
    const rowY = roundHalfEven((e * y + f) * POSITION_ONE) + HALF_STEP
    for (let x = 0; x < size.width; x++, o += channels) {
      const sourceX = (rowX + columnsX[x]) >> STEP_BITS
      const sourceY = (rowY + columnsY[x]) >> STEP_BITS
      const left = sourceX >> STEP_BITS
      const top = sourceY >> STEP_BITS
      if (left < -1 || left >= from.width || top < -1 || top >= from.height) continue
      const corners = [at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1)] as const
      blend(data, corners, sourceX & (STEPS - 1), sourceY & (STEPS - 1), channels, out, o)
    }
  }
  return makeImage(out, 'HWC', { ...size, channels })
}

/** Index of a pixel that is not in the picture: reading there gives undefined, counted as 0. */
const OUTSIDE = -(2 ** 30)

type Corners = readonly [number, number, number, number]
type Blend = (
  source: Uint8Array | Float32Array,
  corners: Corners,
  stepX: number,
  stepY: number,
  channels: number,
  out: Uint8Array | Float32Array,
  o: number,
) => void

/** Byte values weighted by 32nds of both axes, halves up. */
const blendBytes: Blend = (source, [p, q, r, s], stepX, stepY, channels, out, o) => {
  const [w0, w1] = [(STEPS - stepX) * (STEPS - stepY), stepX * (STEPS - stepY)]
  const [w2, w3] = [(STEPS - stepX) * stepY, stepX * stepY]
  for (let c = 0; c < channels; c++) {
    const sum =
      w0 * (source[p + c] ?? 0) + w1 * (source[q + c] ?? 0) + w2 * (source[r + c] ?? 0) + w3 * (source[s + c] ?? 0)
    out[o + c] = (sum + (STEPS * STEPS) / 2) >> (2 * STEP_BITS)
  }
}

/** Float32 arithmetic, each operation rounded; the weights themselves are exact. */
const blendFloats: Blend = (source, [p, q, r, s], stepX, stepY, channels, out, o) => {
  const { fround } = Math
  const [x1, y1] = [stepX / STEPS, stepY / STEPS]
  const [x0, y0] = [1 - x1, 1 - y1]
  for (let c = 0; c < channels; c++) {
    const first = fround(fround((source[p + c] ?? 0) * (x0 * y0)) + fround((source[q + c] ?? 0) * (x1 * y0)))
    const three = fround(first + fround((source[r + c] ?? 0) * (x0 * y1)))
    out[o + c] = three + fround((source[s + c] ?? 0) * (x1 * y1))
  }
}

function columnPositions(slope: number, width: number): Int32Array {
  return Int32Array.from({ length: width }, (_, x) => roundHalfEven(slope * x * POSITION_ONE))
}

/** The inverse in OpenCV's order of operations; all zero where there is none. */
function inverted([a, b, c, d, e, f]: AffineMatrix): AffineMatrix {
  const determinant = a * e - b * d
  const factor = determinant === 0 ? 0 : 1 / determinant
  const [ia, ib, id, ie] = [e * factor, -b * factor, -d * factor, a * factor]
  return [ia, ib, -ia * c - ib * f, id, ie, -id * c - ie * f]
}
