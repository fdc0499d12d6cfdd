/** Conv in integers: acc = sum (q_x - z_x)(q_w - z_w) + b, padding contributes nothing. */
import { StageError } from '../../errors.ts'
import { windowOf } from '../../ops/window.ts'
import { type Kernel, multiplier, stridesOf } from '../kernel.ts'

const INT32_MAX = 2 ** 31 - 1

export const conv: Kernel = (unit, { graph, values }) => {
  const { node, weight, bias, output } = unit
  const [input] = unit.inputs
  const tensor = values.get(input.codes)!
  if (!weight || tensor.dtype === 'int16') return undefined
  const codes = tensor.data as ArrayLike<number>
  const weights = weight.codes.data as ArrayLike<number>
  const biases = bias?.codes.data as ArrayLike<number> | undefined
  const shape = graph.shape(node.outputs[0])!
  const kernelShape = weight.codes.shape.slice(2)
  const window = windowOf(node, kernelShape, tensor.shape.slice(2))
  const perGroup = weight.codes.shape[1]
  const outputsPerGroup = shape[1] / node.int('group', 1)
  const inputStrides = stridesOf(tensor.shape)
  const outputStrides = stridesOf(shape)
  const kernelSize = kernelShape.reduce((a, b) => a * b, 1)
  const kernelStrides = stridesOf(kernelShape)
  const rank = kernelShape.length

  return (flat) => {
    const batch = Math.floor(flat / outputStrides[0])
    const channel = Math.floor(flat / outputStrides[1]) % shape[1]
    const group = Math.floor(channel / outputsPerGroup)
    let sum = biases ? biases[channel] : 0
    for (let k = 0; k < kernelSize; k++) {
      let offset = 0
      let inside = true
      for (let axis = 0; axis < rank; axis++) {
        const position = Math.floor(flat / outputStrides[axis + 2]) % shape[axis + 2]
        const tap = Math.floor(k / kernelStrides[axis]) % kernelShape[axis]
        const at = position * window.strides[axis] - window.pads[axis] + tap * window.dilations[axis]
        if (at < 0 || at >= tensor.shape[axis + 2]) inside = false
        offset += at * inputStrides[axis + 2]
      }
      if (!inside) continue
      for (let c = 0; c < perGroup; c++) {
        const x = codes[batch * inputStrides[0] + (group * perGroup + c) * inputStrides[1] + offset] - input.zeroPoint
        const w = weights[(channel * perGroup + c) * kernelSize + k] - weight.zeroPoint
        sum += x * w
      }
    }
    return scaled(sum, input.scale, weight.scales[channel], output?.scale, node.name)
  }
}

/** Accumulator to pre-rounding value (or to the float result of a tail). An accumulator beyond int32 is an error. */
export function scaled(
  accumulator: number,
  inputScale: number,
  weightScale: number,
  outputScale: number | undefined,
  where: string,
): number {
  if (Math.abs(accumulator) > INT32_MAX) {
    throw new StageError('STAGE_ACCUMULATOR_OVERFLOW', `the int32 accumulator of '${where}' overflows`, {
      stage: 'quantize',
      where,
      fix: 'this is a bug of openmapper: please report it with the model',
    })
  }
  if (outputScale === undefined) return accumulator * inputScale * weightScale
  return Math.fround(Math.fround(accumulator) * multiplier(inputScale, weightScale, outputScale))
}
