/**
 * PIL.Image.resize of Pillow 9.4 on 8-bit pictures, bit for bit: antialiased separable filters in 22-bit fixed point, and
 * NEAREST.
 */
import { crop, type Rectangle } from './crop.ts'
import { imageSize, makeImage, type ImageTensor } from './image-tensor.ts'
import { fixedPoint, type LineTaps } from './fixed-point.ts'
import { resampleColumns, resampleRows, tapCount } from './resample-lines.ts'
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

/**
 * Resize a uint8 HWC image to `size`; channels are independent (alpha is not premultiplied).
 *
 * Of the result only `window` is made, at the cost of the window alone: the same pixels as cutting it out afterwards.
 */
export function resizePil(
  image: ImageTensor,
  size: Size,
  interpolation: PilInterpolation,
  window: Rectangle = { top: 0, left: 0, ...size },
): ImageTensor {
  const { height, width, channels } = imageSize(image)
  if (image.layout !== 'HWC' || !(image.data instanceof Uint8Array)) {
    throw new TypeError('resizePil takes uint8 HWC images')
  }
  if (height === size.height && width === size.width) return crop(image, window)
  const from = { height, width, channels }
  const wanted = { height: window.height, width: window.width, channels }
  if (interpolation === 'nearest') {
    return makeImage(nearest(image.data, from, size, window), 'HWC', wanted)
  }
  const filter = FILTERS[interpolation]
  // Unlike OpenCV, Pillow leaves an axis out whose length stays.
  const columns =
    width === size.width ? undefined : tapsOf(width, size.width, window.left, window.width, filter, channels)
  const rows =
    height === size.height ? undefined : tapsOf(height, size.height, window.top, window.height, filter, channels)
  const band = rows ? readBand(rows) : { first: window.top, end: window.top + window.height }
  const narrow = columns
    ? resampleColumns(image.data, from, band, columns)
    : crop(image, { top: band.first, left: window.left, height: band.end - band.first, width: window.width }).data
  if (!rows) return makeImage(narrow, 'HWC', wanted)
  for (let i = 0; i < rows.index.length; i++) rows.index[i] -= band.first
  return makeImage(resampleRows(narrow as Uint8Array, window.width * channels, rows), 'HWC', wanted)
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

/**
 * Source positions and fixed-point weights of the target positions start..start + length - 1; the filter is widened by the shrink
 * factor.
 */
function tapsOf(from: number, to: number, start: number, length: number, filter: Filter, channels: number): LineTaps {
  const scale = from / to
  const stretch = Math.max(scale, 1)
  const support = filter.support * stretch
  const most = Math.floor(2 * support) + 1
  const count = tapCount(most, channels)
  const index = new Int32Array(length * count)
  const weights = new Int32Array(length * count)
  const values = new Float64Array(most)
  for (let i = 0; i < length; i++) {
    const center = (start + i + 0.5) * scale
    const first = Math.max(Math.trunc(center - support + 0.5), 0)
    const end = Math.min(Math.trunc(center + support + 0.5), from)
    let sum = 0
    for (let t = 0; t < end - first; t++) {
      values[t] = filter.weight((t + first - center + 0.5) * (1 / stretch))
      sum += values[t]
    }
    for (let t = 0; t < count; t++) {
      index[i * count + t] = Math.min(first + t, end - 1)
      if (t < end - first) weights[i * count + t] = fixedPoint(sum === 0 ? values[t] : values[t] * (1 / sum))
    }
  }
  return { length, count, index, weights }
}

/** The source rows that the taps read. */
function readBand({ index }: LineTaps): { first: number; end: number } {
  return { first: index[0], end: index[index.length - 1] + 1 }
}

/** The pixel under each target centre; positions are summed up step by step, as Pillow does. */
function nearest(
  source: Uint8Array,
  from: Size & { channels: number },
  size: Size,
  { top, left, height, width }: Rectangle,
): Uint8Array {
  const { channels } = from
  const columns = centers(from.width, size.width).subarray(left, left + width)
  const rows = centers(from.height, size.height).subarray(top, top + height)
  const out = new Uint8Array(height * width * channels)
  let o = 0
  for (const y of rows) {
    for (const x of columns) {
      const p = (y * from.width + x) * channels
      for (let c = 0; c < channels; c++) out[o++] = source[p + c]!
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
