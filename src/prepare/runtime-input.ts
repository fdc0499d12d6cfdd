/** Pixels as the runtime takes them: what a camera or decoder hands to the chip, and the way from there to the middle type. */
import type { ResolvedInput } from '../config/types.ts'
import { DataError } from '../errors.ts'
import { Tensor } from '../ir/tensor.ts'
import { relayout } from './layout.ts'

/**
 * X_128 in train layout (batch 1) -> bytes of the runtime type: NV12 as the luma plane and interleaved chroma of every other row
 * and column; other colours as uint8 in `input_layout_rt` (train layout where that is unset); a featuremap as float32.
 */
export function toRuntimeBytes(middle: Tensor, input: ResolvedInput): Uint8Array {
  const values = middle.floats()
  if (input.typeRt === 'featuremap') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const pixels = Uint8Array.from(values, (value) => value + 128)
  if (input.typeRt !== 'nv12') return relayout(pixels, middle.shape, input.layoutTrain, runtimeLayout(input)).data
  const { data, shape } = relayout(pixels, middle.shape, input.layoutTrain, 'NCHW')
  const [, , height, width] = shape
  const plane = height * width
  const bytes = new Uint8Array((plane * 3) / 2)
  bytes.set(data.subarray(0, plane))
  let at = plane
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      bytes[at++] = data[plane + y * width + x]
      bytes[at++] = data[2 * plane + y * width + x]
    }
  }
  return bytes
}

/** The way back: bytes of the runtime type -> float32 X_128 in train layout. Throws DataError where their number is another. */
export function fromRuntimeBytes(bytes: Uint8Array, input: ResolvedInput): Tensor {
  const elements = input.shape.reduce((product, size) => product * size, 1)
  const expected = input.typeRt === 'nv12' ? elements / 2 : input.typeRt === 'featuremap' ? 4 * elements : elements
  if (bytes.length !== expected) {
    throw new DataError(
      'DATA_RUNTIME_INPUT',
      `${bytes.length} bytes, but ${input.typeRt} of ${input.shape.join('x')} has ${expected}`,
      { stage: 'dataset', fix: 'write the files again with hb_eval_preprocess for this model' },
    )
  }
  if (input.typeRt === 'featuremap') return Tensor.float32(input.shape, new Float32Array(new Uint8Array(bytes).buffer))
  const { data, shape } = input.typeRt === 'nv12' ? fromNv12(bytes, input) : fromPixels(bytes, input)
  return Tensor.float32(
    shape,
    Float32Array.from(data, (value) => value - 128),
  )
}

interface Pixels {
  data: Uint8Array
  shape: readonly number[]
}

function fromPixels(bytes: Uint8Array, input: ResolvedInput): Pixels {
  const layout = runtimeLayout(input)
  const [n, a, b, c] = input.shape
  const isMoved = layout !== input.layoutTrain
  const shape = !isMoved ? input.shape : layout === 'NHWC' ? [n, b, c, a] : [n, c, a, b]
  // A copy: Node's buffers are byte arrays too, but their slice() shares memory.
  return relayout(new Uint8Array(bytes), shape, layout, input.layoutTrain)
}

function fromNv12(bytes: Uint8Array, input: ResolvedInput): Pixels {
  const [height, width] = input.layoutTrain === 'NCHW' ? input.shape.slice(2) : input.shape.slice(1)
  const plane = height * width
  const data = new Uint8Array(3 * plane)
  data.set(bytes.subarray(0, plane))
  for (let y = 0; y < height; y++) {
    const row = plane + (y >> 1) * width
    for (let x = 0; x < width; x++) {
      data[plane + y * width + x] = bytes[row + (x & ~1)]
      data[2 * plane + y * width + x] = bytes[row + (x | 1)]
    }
  }
  return relayout(data, [1, 3, height, width], 'NCHW', input.layoutTrain)
}

function runtimeLayout(input: ResolvedInput): 'NCHW' | 'NHWC' {
  return input.layoutRt ?? input.layoutTrain
}
