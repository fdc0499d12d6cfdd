/** Training pixels -> middle type X_128, as the hardware would see the same picture. */
import type { ResolvedInput } from '../config/types.ts'
import { Tensor } from '../ir/tensor.ts'
import { convertsYuv, rgbToYuv, swapsChannels } from './colour.ts'
import { relayout } from './layout.ts'

/** Name of the middle type: what the float models and the quantized model take as input. */
export function middleTypeName(input: ResolvedInput): string {
  if (input.typeRt === 'featuremap') return 'featuremap'
  return `${input.typeRt === 'nv12' ? 'YUV444' : input.typeRt.toUpperCase()}_128`
}

/**
 * Convert pixels in train colour type and train layout (0..255, uint8 or float32) to float32 X_128 of the runtime colour in
 * train layout. RGB/BGR goes to YUV by the formula of the input's range, rounded and clipped to 0..255; nv12 takes the chroma
 * of the top-left pixel of each 2x2 block. A featuremap keeps its values, as float32.
 */
export function toMiddleType(train: Tensor, input: ResolvedInput): Tensor {
  if (input.typeTrain === 'featuremap') return Tensor.float32(train.shape, new Float32Array(train.data as Float32Array))
  const isCentredFirst = train.data instanceof Uint8Array && !convertsYuv(input)
  const source = isCentredFirst ? centredBytes(train.data) : new Float32Array(train.data as Float32Array)
  const { data, shape } = relayout(source, train.shape, input.layoutTrain, 'NCHW')
  if (convertsYuv(input)) toYuv(data, shape, input)
  else if (swapsChannels(input)) swapOuter(data, shape)
  if (input.typeRt === 'nv12') shareChroma(data, shape)
  if (!isCentredFirst) for (let i = 0; i < data.length; i++) data[i] = clip(Math.round(data[i])) - 128
  const back = relayout(data, shape, 'NCHW', input.layoutTrain)
  return Tensor.float32(back.shape, back.data)
}

/**
 * Bytes are whole numbers 0..255 as they are, and moving them to other places changes no value.
 *
 * A byte with its highest bit flipped, read as signed, is the byte minus 128: four of them are flipped at once, and Node's own conversion
 * to float32 is six times as fast as a loop.
 */
function centredBytes(bytes: Uint8Array): Float32Array {
  const signed = new Int8Array(Math.ceil(bytes.length / 4) * 4)
  signed.set(bytes)
  const words = new Int32Array(signed.buffer)
  for (let i = 0; i < words.length; i++) words[i] ^= 0x80808080
  return new Float32Array(signed.subarray(0, bytes.length))
}

function clip(value: number): number {
  return Math.min(255, Math.max(0, value))
}

function toYuv(data: Float32Array, shape: readonly number[], input: ResolvedInput): void {
  const { rows, offsets } = rgbToYuv(input.spaceAndRange)
  const pixels = shape[2] * shape[3]
  const order = input.typeTrain === 'bgr' ? [2, 1, 0] : [0, 1, 2]
  for (let n = 0; n < shape[0]; n++) {
    const base = n * 3 * pixels
    for (let p = 0; p < pixels; p++) {
      const r = clip(data[base + order[0] * pixels + p])
      const g = clip(data[base + order[1] * pixels + p])
      const b = clip(data[base + order[2] * pixels + p])
      for (let k = 0; k < 3; k++) {
        data[base + k * pixels + p] = rows[k][0] * r + rows[k][1] * g + rows[k][2] * b + offsets[k]
      }
    }
  }
}

function swapOuter(data: Float32Array, shape: readonly number[]): void {
  const pixels = shape[2] * shape[3]
  for (let n = 0; n < shape[0]; n++) {
    const base = n * 3 * pixels
    const first = data.slice(base, base + pixels)
    data.copyWithin(base, base + 2 * pixels, base + 3 * pixels)
    data.set(first, base + 2 * pixels)
  }
}

/** Every 2x2 block takes the chroma of its top-left pixel. Height and width are even (checked with the input). */
function shareChroma(data: Float32Array, shape: readonly number[]): void {
  const [batch, , height, width] = shape
  const pixels = height * width
  for (let n = 0; n < batch; n++) {
    for (let k = 1; k < 3; k++) {
      const base = (n * 3 + k) * pixels
      for (let y = 0; y < height; y++) {
        const from = base + (y & ~1) * width
        for (let x = 0; x < width; x++) data[base + y * width + x] = data[from + (x & ~1)]
      }
    }
  }
}
