/** What core code needs of an inference engine. `runtime/session.ts` provides it with onnxruntime; a browser could too. */
import type { Model } from './ir/model.ts'
import type { Tensor } from './ir/tensor.ts'

/**
 * `all-but-quantizers` leaves QuantizeLinear and DequantizeLinear as they are: onnxruntime 1.30 fuses them also where their scales
 * are fed, and then computes something else.
 */
export type OptimizationLevel = 'disabled' | 'basic' | 'extended' | 'all' | 'all-but-quantizers'

/** Wanted outputs: names, or tensors (by name) to write the results into, which saves making them anew for every run. */
export type Fetches = readonly string[] | ReadonlyMap<string, Tensor>

/** A loaded model. Feeds and results by value name. */
export interface EngineSession {
  run(feeds: ReadonlyMap<string, Tensor>, fetches?: Fetches): Promise<Map<string, Tensor>>
  release(): Promise<void>
}

export interface Engine {
  open(model: Model, level: OptimizationLevel): Promise<EngineSession>
}
