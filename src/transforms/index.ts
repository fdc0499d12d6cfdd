/** All transformers under the manual's class names. A new one: a file beside this one and a line here. */
import { chw2hwcTransformer } from './chw2hwc.ts'
import { hwc2chwTransformer } from './hwc2chw.ts'
import type { Transformer } from './transformer.ts'

const ALL: readonly Transformer[] = [chw2hwcTransformer, hwc2chwTransformer]

export const TRANSFORMERS: ReadonlyMap<string, Transformer> = new Map(ALL.map((item) => [item.name, item]))
