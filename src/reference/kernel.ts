/**
 * What a reference kernel is, and the arithmetic they share.
 *
 * Rounding: q = clip(round_half_even(v) + z). For operators that onnxruntime runs as integer kernels with an accumulator,
 * v = acc * m with m = float32(float32(s_x * s_w) / s_y) and one float32 product; for all others v = exact value / s_y in
 * double precision, where onnxruntime (float32) may fall on the other side of a tie.
 */
import type { Graph } from '../ir/graph.ts'
import type { Tensor } from '../ir/tensor.ts'
import { roundHalfEven } from '../quantize/weights.ts'
import type { Unit } from './unit.ts'

export interface KernelContext {
  graph: Graph
  /** Codes of every input, as onnxruntime computed them. */
  values: ReadonlyMap<string, Tensor>
}

/** Result of one output element before rounding to a code: v, or the float value for a tail. */
export type ElementFunction = (flat: number) => number

/** Prepares a unit; undefined when the operator has no kernel here. */
export type Kernel = (unit: Unit, context: KernelContext) => ElementFunction | undefined

/** The code of a pre-rounding value. */
export function toCode(value: number, output: NonNullable<Unit['output']>): number {
  return Math.max(output.lowest, Math.min(output.highest, roundHalfEven(value) + output.zeroPoint))
}

/** Distance of a pre-rounding value from the nearest rounding boundary. */
export function distanceFromTie(value: number): number {
  return Math.abs(value - Math.floor(value) - 0.5)
}

/** Multiplier of an accumulator: float32((s_x * s_w) / s_y). */
export function multiplier(inputScale: number, weightScale: number, outputScale: number): number {
  return Math.fround(Math.fround(inputScale * weightScale) / outputScale)
}

/** Strides of a C-order shape. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1)
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1]
  return strides
}
