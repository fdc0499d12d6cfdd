/**
 * HzCalibration: fake quantization as a model-local function, on activations and weights.
 *
 * Its body is Div, Round, Clip, Mul rather than QuantizeLinear/DequantizeLinear, because onnxruntime would quantize again,
 * per tensor, the float weights that it finds between those. Thresholds are attributes, so the calibrated model carries
 * everything that the next stage needs.
 */
import { float, floats, HORIZON_DOMAIN, int, ints, Node } from '../ir/node.ts'
import { INTERNAL_OPSET, type ModelFunction } from '../ir/model.ts'
import { bitsOf, type Levels } from './plan.ts'

export const CALIBRATION_OP = 'HzCalibration'

export interface CalibrationNodeFields {
  tensor: string
  output: string
  thresholds: readonly number[]
  levels: Levels
  /** Axis of the thresholds; undefined = one threshold for the tensor. */
  axis: number | undefined
  rank: number
  /** Smallest code: 0 for tensors that are never negative, -128 (activations) or -127 (weights) otherwise. */
  lowest: number
}

/** The node `<tensor>_HzCalibration`. */
export function calibrationNode(fields: CalibrationNodeFields): Node {
  const shape =
    fields.axis === undefined ? [1] : Array.from({ length: fields.rank }, (_, i) => (i === fields.axis ? -1 : 1))
  return new Node({
    name: `${fields.tensor}_HzCalibration`,
    opType: CALIBRATION_OP,
    domain: HORIZON_DOMAIN,
    inputs: [fields.tensor],
    outputs: [fields.output],
    attributes: {
      thresholds: floats(fields.thresholds),
      bits: int(bitsOf(fields.levels)),
      axis: int(fields.axis ?? -1),
      levels: float(fields.levels),
      lowest: float(fields.lowest),
      shape: ints(shape),
    },
  })
}

/** y = clip(round_half_even(x / s), lowest, levels) * s with s = reshape(thresholds / levels, shape). */
export const CALIBRATION_FUNCTION: ModelFunction = {
  domain: HORIZON_DOMAIN,
  name: CALIBRATION_OP,
  inputs: ['x'],
  outputs: ['y'],
  attributes: ['thresholds', 'bits', 'axis', 'levels', 'lowest', 'shape'],
  opsets: new Map([['', INTERNAL_OPSET]]),
  nodes: [
    reference('value_floats', 'thresholds', 'floats'),
    reference('value_float', 'levels', 'float'),
    reference('value_float', 'lowest', 'float'),
    reference('value_ints', 'shape', 'ints'),
    step('Div', ['thresholds', 'levels'], 'flat_scale'),
    step('Reshape', ['flat_scale', 'shape'], 'scale'),
    step('Div', ['x', 'scale'], 'divided'),
    step('Round', ['divided'], 'rounded'),
    step('Clip', ['rounded', 'lowest', 'levels'], 'codes'),
    step('Mul', ['codes', 'scale'], 'y'),
  ],
}

function reference(attribute: string, name: string, of: 'float' | 'floats' | 'ints'): Node {
  return new Node({
    name: `constant_${name}`,
    opType: 'Constant',
    inputs: [],
    outputs: [name],
    attributes: { [attribute]: { type: 'reference', value: name, of } },
  })
}

function step(opType: string, inputs: readonly string[], output: string): Node {
  return new Node({ name: `compute_${output}`, opType, inputs, outputs: [output] })
}
