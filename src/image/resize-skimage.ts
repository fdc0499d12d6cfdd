/**
 * skimage.transform.resize of scikit-image 0.19 with its defaults (mode 'reflect', clip, anti_aliasing when any side
 * shrinks): a Gaussian of sigma (factor - 1) / 2 along each shrinking axis, then an interpolating B-spline of order 0..5.
 */
import { bsplineWeight, prefilterSpline } from './bspline.ts'
import { imageSize, makeImage, toFloat32, type ImageTensor } from './image-tensor.ts'
import type { Size } from './resize-cv-taps.ts'

/** Lines along one axis: `outer` blocks of `length` positions of `inner` values. */
interface Lines {
  outer: number
  length: number
  inner: number
}

/** Widths of the Gaussian's tails in standard deviations, as scipy.ndimage cuts it. */
const GAUSSIAN_REACH = 4

/** Resize an HWC image of any range; float32 result, clipped to the source's own minimum and maximum. */
export function resizeSkimage(image: ImageTensor, size: Size, order: number): ImageTensor {
  if (image.layout !== 'HWC') throw new TypeError('resizeSkimage takes HWC images')
  const { height, width, channels } = imageSize(image)
  if (height === size.height && width === size.width) return toFloat32(image)
  const columnsDone = { outer: 1, length: height, inner: width * channels }
  const narrow = resizeAxis(new Float64Array(image.data), columnsDone, size.height, order)
  const both = resizeAxis(narrow, { outer: size.height, length: width, inner: channels }, size.width, order)
  const { min, max } = valueRange(image.data)
  const out = new Float32Array(both.length)
  for (let i = 0; i < out.length; i++) out[i] = Math.min(Math.max(both[i], min), max)
  return makeImage(out, 'HWC', { ...size, channels })
}

/** Smallest and largest element. */
export function valueRange(data: ArrayLike<number>): { min: number; max: number } {
  let min = Infinity
  let max = -Infinity
  for (let i = 0; i < data.length; i++) {
    min = Math.min(min, data[i])
    max = Math.max(max, data[i])
  }
  return { min, max }
}

interface Tap {
  index: number
  weight: number
}

function resizeAxis(source: Float64Array, lines: Lines, length: number, order: number): Float64Array {
  const factor = lines.length / length
  const blur = factor > 1 ? gaussianTaps(lines.length, (factor - 1) / 2) : undefined
  const taps = Array.from({ length }, (_, i) => splineTaps((i + 0.5) * factor - 0.5, lines.length, order))
  // Without a prefilter between them, blur and interpolation are one weighted sum at the wanted positions alone.
  if (order < 2) return correlate(source, lines, blur ? taps.map((list) => chain(list, blur)) : taps)
  return correlate(prefilterSpline(blur ? correlate(source, lines, blur) : source, lines, order), lines, taps)
}

/** Neighbours of a position and their B-spline weights; outside the picture it is mirrored about the border pixel. */
function splineTaps(at: number, length: number, order: number): Tap[] {
  const first = (order % 2 === 1 ? Math.floor(at) : Math.floor(at + 0.5)) - Math.floor(order / 2)
  return Array.from({ length: order + 1 }, (_, k) => ({
    index: mirror(first + k, length),
    weight: bsplineWeight(at - (first + k), order),
  }))
}

function gaussianTaps(length: number, sigma: number): Tap[][] {
  const radius = Math.floor(GAUSSIAN_REACH * sigma + 0.5)
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, k) => Math.exp((-0.5 * (k - radius) ** 2) / sigma ** 2))
  const sum = kernel.reduce((a, b) => a + b, 0)
  return Array.from({ length }, (_, i) =>
    kernel.map((value, k) => ({ index: mirror(i + k - radius, length), weight: value / sum })),
  )
}

/** The taps that read `inner` results at the positions of `outer`. */
function chain(outer: readonly Tap[], inner: readonly Tap[][]): Tap[] {
  const weights = new Map<number, number>()
  for (const { index, weight } of outer) {
    for (const tap of inner[index]) weights.set(tap.index, (weights.get(tap.index) ?? 0) + weight * tap.weight)
  }
  return Array.from(weights, ([index, weight]) => ({ index, weight }))
}

/** Weighted sums along the axis, one list of taps per target position. */
function correlate(source: Float64Array, { outer, length, inner }: Lines, taps: readonly Tap[][]): Float64Array {
  const out = new Float64Array(outer * taps.length * inner)
  const indices = taps.map((list) => Int32Array.from(list, (tap) => tap.index))
  const weights = taps.map((list) => Float64Array.from(list, (tap) => tap.weight))
  for (let block = 0; block < outer; block++) {
    const base = block * length
    for (let i = 0; i < taps.length; i++) {
      const target = (block * taps.length + i) * inner
      const index = indices[i]
      const weight = weights[i]
      for (let t = 0; t < index.length; t++) {
        const from = (base + index[t]) * inner
        const w = weight[t]
        for (let k = 0; k < inner; k++) out[target + k] += source[from + k] * w
      }
    }
  }
  return out
}

function mirror(index: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * length - 2
  const inside = ((index % period) + period) % period
  return inside < length ? inside : period - inside
}
