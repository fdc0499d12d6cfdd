/** What a thread that runs parts and the one that asks it say to each other. */
import type { DType, TypedArray } from '../ir/dtype.ts'
import { Tensor } from '../ir/tensor.ts'
import type { OptimizationLevel, PartRun, PartStep } from '../engine.ts'
import type { WireError } from '../pool/shard.ts'

type Values = ReadonlyMap<string, Tensor>

/** Tensors as plain data. */
export type WireValues = { name: string; dtype: DType; shape: readonly number[]; data: TypedArray }[]

export interface WireRun extends Omit<PartRun, 'start' | 'steps'> {
  start: WireValues | string
  steps: readonly (Omit<PartStep, 'feeds'> & { feeds: WireValues })[]
}

export type ToRunner =
  | { id: number; type: 'open'; part: number; model: Uint8Array; level: OptimizationLevel }
  | { id: number; type: 'close'; part: number }
  | { id: number; type: 'run'; run: WireRun }
  | { id: number; type: 'forget'; keys: readonly string[] }
  | { id: number; type: 'release' }

/** `values` answers a run. */
export type FromRunner = { id: number; values?: WireValues; error?: WireError }

export function valuesToWire(values: Values): WireValues {
  return [...values].map(([name, { dtype, shape, data }]) => ({ name, dtype, shape, data: whole(data) }))
}

export function valuesFromWire(values: WireValues): Map<string, Tensor> {
  return new Map(values.map(({ name, dtype, shape, data }) => [name, Tensor.of(dtype, shape, data)]))
}

export function runToWire({ start, steps, ...rest }: PartRun): WireRun {
  return {
    ...rest,
    start: typeof start === 'string' ? start : valuesToWire(start),
    steps: steps.map((step) => ({ ...step, feeds: valuesToWire(step.feeds) })),
  }
}

export function runFromWire({ start, steps, ...rest }: WireRun): PartRun {
  return {
    ...rest,
    start: typeof start === 'string' ? start : valuesFromWire(start),
    steps: steps.map((step) => ({ ...step, feeds: valuesFromWire(step.feeds) })),
  }
}

/** A view on a larger buffer would take all of that along. */
export function whole<Data extends TypedArray>(data: Data): Data {
  return data.byteLength === data.buffer.byteLength ? data : (data.slice() as Data)
}
