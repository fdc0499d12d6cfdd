/** What the raw scores of a head still lack to be probabilities. */
import * as z from 'zod'
import { logit, sigmoid } from './sigmoid.ts'

export const elementwise = z.enum(['none', 'sigmoid'])

export interface ScoreActivation {
  /** Probability of a raw score. */
  readonly apply: (raw: number) => number
  /** The raw score of a probability: a threshold is compared before `apply` is. */
  readonly inverse: (probability: number) => number
}

export const ACTIVATIONS: Readonly<Record<z.output<typeof elementwise>, ScoreActivation>> = {
  none: { apply: (raw) => raw, inverse: (probability) => probability },
  sigmoid: { apply: sigmoid, inverse: logit },
}
