/**
 * What an error measure is.
 *
 * "Better" is what the task keeps, not a cosine: on a detector most values belong to empty cells, on a classifier most logits
 * lose anyway. A measure compares judged values of the quantized network with those of the float network, sample by sample;
 * 0 is no error. Errors of samples can be subtracted from each other, because every measure normalises over all samples.
 */
import type { Tensor } from '../../ir/tensor.ts'

/** Results by value name. */
export type Values = ReadonlyMap<string, Tensor>

/** How an output is judged. */
export const OUTPUT_KINDS = ['classifier', 'detector', 'class-map', 'relative'] as const
export type OutputKind = (typeof OUTPUT_KINDS)[number]

/** The float results of one sample, ready to be compared with. */
export interface Reference {
  /** Share of this sample in the normaliser; the mean over samples divides every error. */
  weight: number
  /** Error of other results for the same sample, not yet divided. */
  error(actual: Values): number
}

/** One term of the error: an output, or outputs that belong together. */
export interface Measure {
  kind: OutputKind
  /** One line for reports: what is compared, and how. */
  title: string
  /** Values of the optimized graph that it reads. */
  values: readonly string[]
  reference(expected: Values): Reference
}
