/** What is measured on a network layer by layer reads the same things. */
import type { SampleSource } from '../calibrate/collect.ts'
import type { Model } from '../ir/model.ts'
import type { Runners } from '../runners/runners.ts'
import type { Calibration } from './calibrated.ts'
import type { QuantizationPlan } from './plan.ts'

/** What is measured layer by layer: `plan` and `calibration` belong to `model`, an optimized float model. */
export interface LayerWalk {
  /** Every sample is on its way through one of them. */
  runners: Runners
  model: Model
  plan: QuantizationPlan
  calibration: Calibration
  /** The same network with unrounded weights and its own biases. */
  reference: Model
  samples: SampleSource
  /** Which samples may be used; as many as memory allows are (live-samples.ts). */
  indices: readonly number[]
  /** For values alive between layers, all samples together. */
  memoryBytes?: number
}
