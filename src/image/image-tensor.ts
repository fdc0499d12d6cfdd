/**
 * A picture on its way from the decoder to the model: three dimensions, no batch axis.
 *
 * `HWC` has shape [height, width, channels], `CHW` [channels, height, width]. NV12 is one channel of height 3H/2: the luma
 * rows, then the interleaved chroma rows.
 */

export type ImageLayout = 'HWC' | 'CHW'
export type PixelType = 'uint8' | 'int8' | 'float32'
export type PixelArray = Uint8Array | Int8Array | Float32Array

export interface ImageTensor {
  readonly dtype: PixelType
  readonly layout: ImageLayout
  readonly shape: readonly [number, number, number]
  readonly data: PixelArray
  /** What a decoder met that read a damaged file to its end: some of the pixels are not the picture's. */
  readonly damage?: string
}

/** Height, width and channels of an image in either layout. */
export function imageSize(image: ImageTensor): { height: number; width: number; channels: number } {
  const [a, b, c] = image.shape
  return image.layout === 'HWC' ? { height: a, width: b, channels: c } : { height: b, width: c, channels: a }
}

/** Wrap pixels (not copied); the dtype follows the array's type. Throws when the length does not fit the shape. */
export function makeImage(
  data: PixelArray,
  layout: ImageLayout,
  size: { height: number; width: number; channels: number },
): ImageTensor {
  const { height, width, channels } = size
  if (data.length !== height * width * channels) {
    throw new RangeError(
      `image ${height}x${width}x${channels} needs ${height * width * channels} values, got ${data.length}`,
    )
  }
  const dtype = data instanceof Uint8Array ? 'uint8' : data instanceof Int8Array ? 'int8' : 'float32'
  return { dtype, layout, shape: layout === 'HWC' ? [height, width, channels] : [channels, height, width], data }
}

/** The image in the wanted layout; the same object when it has it already. */
export function toLayout(image: ImageTensor, layout: ImageLayout): ImageTensor {
  if (image.layout === layout) return image
  const { height, width, channels } = imageSize(image)
  const pixels = height * width
  const out = emptyLike(image.data, image.data.length)
  const source = image.data
  if (layout === 'CHW' && channels === 3 && source instanceof Uint8Array && out instanceof Uint8Array) {
    splitColors(source, out)
    return makeImage(out, layout, { height, width, channels })
  }
  for (let c = 0; c < channels; c++) {
    const interleaved = { start: c, step: channels }
    const plane = { start: c * pixels, step: 1 }
    if (layout === 'CHW') copyStrided(source, interleaved, out, plane, pixels)
    else copyStrided(source, plane, out, interleaved, pixels)
  }
  return makeImage(out, layout, { height, width, channels })
}

/** Pixels of three bytes into three planes: all in one go, twice as fast as plane by plane. */
function splitColors(source: Uint8Array, out: Uint8Array): void {
  const pixels = out.length / 3
  for (let k = 0, p = 0; k < pixels; k++, p += 3) {
    out[k] = source[p]
    out[k + pixels] = source[p + 1]
    out[k + 2 * pixels] = source[p + 2]
  }
}

/** `count` values from `start` in steps of `step`. */
interface Strided {
  start: number
  step: number
}

/** One channel of a picture into another. */
export function copyStrided(source: PixelArray, from: Strided, target: PixelArray, to: Strided, count: number): void {
  if (source instanceof Uint8Array && target instanceof Uint8Array) {
    copyBytes(source, from, target, to, count)
    return
  }
  for (let k = 0, p = from.start, o = to.start; k < count; k++, p += from.step, o += to.step) target[o] = source[p]!
}

/** The same loop for one type of array, which the engine compiles to code six times as fast as that for any. */
function copyBytes(source: Uint8Array, from: Strided, target: Uint8Array, to: Strided, count: number): void {
  const [read, write] = [from.step, to.step]
  for (let k = 0, p = from.start, o = to.start; k < count; k++, p += read, o += write) target[o] = source[p]
}

/** The pixels as float32: a view of the image itself when it is float already. */
export function toFloat32(image: ImageTensor): ImageTensor & { data: Float32Array } {
  const data = image.data instanceof Float32Array ? image.data : new Float32Array(image.data)
  return { dtype: 'float32', layout: image.layout, shape: image.shape, data }
}

/** A float32 image of `value` applied to every element. */
export function mapToFloat32(image: ImageTensor, value: (x: number) => number): ImageTensor {
  const source = image.data
  const data = new Float32Array(source.length)
  if (source instanceof Uint8Array) {
    // 256 values instead of one call per element.
    const table = Float32Array.from({ length: 256 }, (_, byte) => value(byte))
    for (let i = 0; i < data.length; i++) data[i] = table[source[i]]
  } else {
    for (let i = 0; i < data.length; i++) data[i] = value(source[i])
  }
  return { dtype: 'float32', layout: image.layout, shape: image.shape, data }
}

/** A zero-filled array of the same element type. */
export function emptyLike(data: PixelArray, length: number): PixelArray {
  if (data instanceof Uint8Array) return new Uint8Array(length)
  if (data instanceof Int8Array) return new Int8Array(length)
  return new Float32Array(length)
}
