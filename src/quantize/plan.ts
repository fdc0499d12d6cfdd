/** What gets quantized, and how: the result of placement, completed by calibration, read by both emitters. */
import type { Node } from '../ir/node.ts'

/**
 * Largest code, counted from the code of 0. 127: int8, also where no value is negative. 32767: int16. Any other from 1 to 255:
 * codes with a zero point, from levels - 255 to levels (the zero point of uint8 is 255 - levels). Above 127 they have up to one more bit
 * for a tensor that is never negative (255) or hardly so, on every march (centred-codes.ts); below 127 the negative side is the larger one,
 * on march `generic` alone (zero-points.ts).
 */
export type Levels = number

/** Ends of the values of a tensor, min <= max. */
export interface ValueRange {
  min: number
  max: number
}

/** A quantizer on an activation tensor. It sits after the fused activation of the tensor's producer. */
export interface ActivationQuantizer {
  /** Value name in the optimized graph. */
  tensor: string
  /** Tensors with the same group share one threshold. */
  group: string
  /** No value is below 0: uint8 with zero point 0 and codes from 0. Otherwise zero point 128 (int8 shifted). */
  nonNegative: boolean
  levels: Levels
  /** Largest magnitude, where it is known without data: Sigmoid 1, HzPreprocess reach. */
  fixed: number | undefined
  /** The range that `fixed` was read off; undefined also where that comes from another tensor of the group. */
  reach: ValueRange | undefined
  /** No value is below -bound, though some are below 0: what a SiLU and its like can give. Undefined: not known. */
  bound: number | undefined
  /** The threshold never exceeds this: upper bound of a fused Clip. */
  cap: number | undefined
  /** Function of the look-up that is the only reader, where clipping the negative side is free. */
  oneSided: OneSidedFunction | undefined
  /** Copies values of another tensor in its group: its statistics add nothing. */
  follows: boolean
}

/** Look-ups that vanish for large negative inputs; their input threshold looks at the positive side only. */
export type OneSidedFunction = 'HzSwish' | 'HardSwish' | 'Mish' | 'Gelu'

/** An operator with an int8 weight: Conv, ConvTranspose, Gemm, MatMul with a constant. */
export interface WeightedUnit {
  node: Node
  /** Names in the optimized graph. */
  input: string
  weight: string
  bias: string | undefined
  /** Axis of the weight that indexes output channels. */
  axis: number
  /** No accelerated reader: int32 result, dequantized per channel, no quantizer behind it. */
  tail: boolean
}

export interface QuantizationPlan {
  /** By tensor name, in topological order of the producers. */
  quantizers: Map<string, ActivationQuantizer>
  /** In topological order. */
  weighted: WeightedUnit[]
  /** Relu/Clip -> the node it is fused into. */
  fused: Map<Node, Node>
  /** Nodes computed on quantized values. */
  units: Set<Node>
  /** Concat nodes whose branches may share a threshold (decided when thresholds are known). */
  concats: Node[]
  /** Any activation may have any zero point, whatever reads it: march `generic`. */
  takesZeroPoints: boolean
  /** Names of look-ups that read float values, though they could read codes (after-only.ts): march `generic` alone. */
  afterOnly: ReadonlySet<string>
}

/** Width of the codes. */
export function bitsOf(levels: Levels): 8 | 16 {
  return levels === 32767 ? 16 : 8
}

/** The float32 scale of a threshold, computed as onnxruntime computes it inside HzCalibration. */
export function scaleOf(threshold: number, levels: Levels): number {
  return Math.fround(Math.fround(threshold) / levels)
}

/** Codes of 8 bits with a zero point, so that their range is not int8's. */
export function isAsymmetric(levels: Levels): boolean {
  return levels !== 127 && levels <= 255
}

/** Smallest code of an activation. */
export function lowestCode({ nonNegative, levels }: Pick<ActivationQuantizer, 'nonNegative' | 'levels'>): number {
  if (isAsymmetric(levels)) return levels - 255
  return nonNegative ? 0 : -levels - 1
}

/** Largest code where centred codes reach from -bound to the threshold: 255 less what the negative side needs. */
export function centredLevels(threshold: number, bound: number): Levels {
  return 255 - Math.ceil((255 * bound) / (threshold + bound))
}

/** Centred codes of a tensor under a threshold; those of int8 where they have no more of them above 0. */
export function centredCodes(
  { nonNegative, bound }: Pick<ActivationQuantizer, 'nonNegative' | 'bound'>,
  threshold: number,
): Levels {
  if (nonNegative) return 255
  return bound === undefined ? 127 : Math.max(127, centredLevels(threshold, bound))
}

/**
 * Codes of a tensor under another threshold, which is a magnitude: asymmetric ones become the centred ones that every march has, where the
 * graph bounds the tensor below, and else those of int8.
 */
export function codesFor(quantizer: ActivationQuantizer, threshold: number): Levels {
  return isAsymmetric(quantizer.levels) ? centredCodes(quantizer, threshold) : quantizer.levels
}

/** Largest magnitude in a range. */
export function magnitudeOf({ min, max }: ValueRange): number {
  return Math.max(Math.abs(min), Math.abs(max))
}
