import type { Model } from '../ir/model.ts'
import type { Calibration } from '../quantize/calibrated.ts'
import type { QuantizationPlan } from '../quantize/plan.ts'

/**
 * One way to quantize a network. Changing thresholds or codes makes a new state of the same model; recovery procedures also
 * change the model's weights, biases and look-ups, but never the names of its values.
 */
export interface QuantizedState {
  /** Optimized float model: what the quantizers and weight thresholds below apply to. */
  model: Model
  /** The float network that `model` stands for: the same ranges per channel, but its own weights and biases. */
  reference: Model
  /** Placement on the graph of `model`. */
  plan: QuantizationPlan
  calibration: Calibration
  /**
   * Set while something else is judged: parts in which every activation is in int16 run without quantizers, and biases and weights are
   * made without those of int16. int16 rounds 256 times finer than int8, and a part with its quantizers takes twice the time.
   */
  int16AsFloat?: boolean
}
