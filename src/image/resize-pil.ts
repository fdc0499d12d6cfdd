/**
 * PIL.Image.resize of Pillow 9.4 on 8-bit pictures, bit for bit: antialiased separable filters in 22-bit fixed point, and
 * NEAREST.
 */
import { imageSize, makeImage, type ImageTensor } from './image-tensor.ts'
import type { Size } from './resize-cv-taps.ts'

export type PilInterpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'

interface Filter {
  /** Half width at scale 1. */
  support: number
  weight: (x: number) => number
}

const FILTERS: Record<Exclude<PilInterpolation, 'nearest'>, Filter> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: keysCubic },
  lanczos: { support: 3, weight: (x) => (-3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

const FRACTION_BITS = 22
const HALF = 1 << (FRACTION_BITS - 1)

/** Resize a uint8 HWC image to `size`; channels are independent (alpha is not premultiplied). */
export function resizePil(image: ImageTensor, size: Size, interpolation: PilInterpolation): ImageTensor {
  const { height, width, channels } = imageSize(image)
  if (image.layout !== 'HWC' || !(image.data instanceof Uint8Array)) {
    throw new TypeError('resizePil takes uint8 HWC images')
  }
  if (height === size.height && width === size.width) return image
  const wanted = { ...size, channels }
  if (interpolation === 'nearest') return makeImage(nearest(image.data, { height, width }, wanted), 'HWC', wanted)
  const filter = FILTERS[interpolation]
  const columns = resampleColumns(image.data, { height, width }, channels, size.width, filter)
  const both = resampleRows(columns, height, size.width * channels, size.height, filter)
  return makeImage(both, 'HWC', wanted)
}

/** Keys' cubic with a = -0.5. */
function keysCubic(signed: number): number {
  const x = Math.abs(signed)
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1
  return x < 2 ? ((x - 5) * x + 8) * x * -0.5 + 2 : 0
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI)
}

/** Shrink or stretch every row; rounded to bytes after it. */
function resampleColumns(source: Uint8Array, from: Size, channels: number, wanted: number, filter: Filter): Uint8Array {
  if (from.width === wanted) return source
  const all = Array.from({ length: wanted }, (_, i) => taps(i, from.width, wanted, filter))
  const out = new Uint8Array(from.height * wanted * channels)
  let o = 0
  for (let y = 0; y < from.height; y++) {
    for (const { first, weights } of all) {
      const start = (y * from.width + first) * channels
      for (let c = 0; c < channels; c++) {
        let sum = HALF
        for (let t = 0, p = start + c; t < weights.length; t++, p += channels) sum += source[p] * weights[t]
        out[o++] = toByte(sum)
      }
    }
  }
  return out
}

/** Shrink or stretch every column; `length` is the number of bytes in a row. */
function resampleRows(source: Uint8Array, height: number, length: number, wanted: number, filter: Filter): Uint8Array {
  if (height === wanted) return source
  const out = new Uint8Array(wanted * length)
  const sums = new Int32Array(length)
  for (let y = 0; y < wanted; y++) {
    const { first, weights } = taps(y, height, wanted, filter)
    sums.fill(HALF)
    for (let t = 0, p = first * length; t < weights.length; t++) {
      const weight = weights[t]
      for (let k = 0; k < length; k++) sums[k] += source[p++] * weight
    }
    for (let k = 0, o = y * length; k < length; k++) out[o++] = toByte(sums[k])
  }
  return out
}

function toByte(sum: number): number {
  const value = sum >> FRACTION_BITS
  return value < 0 ? 0 : value > 255 ? 255 : value
}

/** Source positions and fixed-point weights of target position `i`; the filter is widened by the shrink factor. */
function taps(i: number, length: number, wanted: number, filter: Filter): { first: number; weights: Int32Array } {
  const scale = length / wanted
  const stretch = Math.max(scale, 1)
  const support = filter.support * stretch
  const center = (i + 0.5) * scale
  const first = Math.max(Math.trunc(center - support + 0.5), 0)
  const end = Math.min(Math.trunc(center + support + 0.5), length)
  const values = Array.from({ length: end - first }, (_, t) =>
    filter.weight((t + first - center + 0.5) * (1 / stretch)),
  )
  let sum = 0
  for (const value of values) sum += value
  const one = 1 << FRACTION_BITS
  return {
    first,
    weights: Int32Array.from(values, (value) => {
      const share = (sum === 0 ? value : value * (1 / sum)) * one
      return Math.trunc(share < 0 ? share - 0.5 : share + 0.5)
    }),
  }
}

/** The pixel under each target centre; positions are summed up step by step, as Pillow does. */
function nearest(source: Uint8Array, from: Size, to: Size & { channels: number }): Uint8Array {
  const columns = centers(from.width, to.width)
  const rows = centers(from.height, to.height)
  const out = new Uint8Array(to.height * to.width * to.channels)
  let o = 0
  for (const y of rows) {
    for (const x of columns) {
      const p = (y * from.width + x) * to.channels
      for (let c = 0; c < to.channels; c++) out[o++] = source[p + c]!
    }
  }
  return out
}

function centers(from: number, to: number): Int32Array {
  const step = from / to
  let at = step * 0.5
  return Int32Array.from({ length: to }, () => {
    const index = Math.min(Math.trunc(at), from - 1)
    at += step
    return index
  })
}
