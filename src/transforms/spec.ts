/** A transformer by name, as a model card writes it: `- ShortSideResizeTransformer: { short_size: 256 }`. */
import type { NamedSpec } from '../text/named-spec.ts'

/** Name: class name of the manual, e.g. `ShortSideResizeTransformer`; parameters under the manual's names. */
export type TransformSpec = NamedSpec
