/** What a sensitivity run does on a worker: measure some targets. */
import { loadModel } from '../files/load-model.ts'
import type { Task } from '../pool/shard.ts'
import { silent } from '../reporter.ts'
import { onnxEngine } from '../runtime/session.ts'
import { type Measured, SensitivityEngine } from '../sensitivity/engine.ts'
import { listTargets, type TargetKind } from '../sensitivity/targets.ts'
import { openDebugSamples } from './debug-samples.ts'

export interface SensitivitySetup {
  /** Calibrated model of a build. */
  model: string
  /** Folders of samples, by input; empty: where the build found them. */
  data: readonly string[]
  /** Samples to use. */
  indices: readonly number[]
  outputs: readonly string[] | undefined
}

/** Tests, each of some targets by their place in the list of their kind. */
export interface SensitivityPayload {
  kind: TargetKind
  tests: readonly (readonly number[])[]
}

export const sensitivityTask: Task<SensitivitySetup, SensitivityPayload, Measured[]> = {
  async open({ model, data, indices, outputs }) {
    const calibrated = loadModel(model)
    const samples = openDebugSamples(calibrated, model, data, silent)
    const engine = await SensitivityEngine.open({ engine: onnxEngine(1), calibrated, samples, indices, outputs })
    return {
      async run({ kind, tests }, progress) {
        const all = listTargets(calibrated.graph, kind)
        const results: Measured[] = []
        for (const places of tests) {
          results.push(await engine.measure(places.flatMap((place) => all[place].insertions)))
          progress(results.length)
        }
        return results
      },
      close: () => engine.release(),
    }
  },
}
