/** What a layer file is: the types it serves, the fields of its parameters, and how it becomes ONNX nodes. */
import type { Fields, Values } from '../prototxt/fields.ts'
import type { LayerContext, Value } from './context.ts'

/** How many bottoms or tops a layer takes: exactly so many, or from - to. */
export type Count = number | readonly [from: number, to: number]

export interface CaffeLayer {
  /** Names of `type`; forks spell some layers differently. */
  readonly types: readonly string[]
  /** Name of the parameter message, like `convolution_param`; the first one present where several are given. */
  readonly parameter: string | readonly string[]
  readonly fields: Fields
  readonly bottoms: Count
  readonly tops: Count
  /** Returns one value per top. */
  convert(layer: LayerContext<never>): Value | readonly Value[]
}

interface LayerSpec<F extends Fields> {
  types: readonly string[]
  parameter?: string | readonly string[]
  /** Fields with their defaults; what is unset of a field without default is undefined. */
  fields?: F
  /** 1 where not given. */
  bottoms?: Count
  /** 1 where not given. */
  tops?: Count
  convert(layer: LayerContext<Values<F>>): Value | readonly Value[]
}

/** A layer file exports what this returns, and `layers/index.ts` lists it. */
export function defineLayer<F extends Fields>(spec: LayerSpec<F>): CaffeLayer {
  return {
    types: spec.types,
    parameter: spec.parameter ?? [],
    fields: spec.fields ?? {},
    bottoms: spec.bottoms ?? 1,
    tops: spec.tops ?? 1,
    convert: (layer) => spec.convert(layer),
  }
}
