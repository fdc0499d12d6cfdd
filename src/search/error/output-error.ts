/** The error of a network's outputs as one number per sample. */
import type { Measure, Reference, Values } from './measure.ts'

/** Error of outputs that are no numbers, and the largest of all: what is compared stays finite. */
const FAILED = 1e6

export class OutputError {
  readonly measures: readonly Measure[]
  /** Values of the optimized graph to compute. */
  readonly values: readonly string[]
  readonly #references: Reference[][]
  /** Mean weight over samples, by measure. */
  readonly #normalisers: number[]

  /** @param expected float results of every sample that will be judged */
  constructor(measures: readonly Measure[], expected: readonly Values[]) {
    this.measures = measures
    this.values = [...new Set(measures.flatMap((measure) => measure.values))]
    this.#references = expected.map((values) => measures.map((measure) => measure.reference(values)))
    this.#normalisers = measures.map((_, m) => {
      const sum = this.#references.reduce((total, references) => total + references[m].weight, 0)
      return sum / Math.max(1, expected.length) || 1
    })
  }

  /** Error of one sample: the mean of these over samples is the error of the network. */
  of(sample: number, actual: Values): number {
    const error = this.#references[sample].reduce(
      (total, reference, m) => total + reference.error(actual) / this.#normalisers[m],
      0,
    )
    return Number.isFinite(error) ? Math.min(error, FAILED) : FAILED
  }
}
