/** What a sensitivity run does on a worker: measure some targets. */
import { loadModel } from '../files/load-model.ts'
import type { Task } from '../pool/shard.ts'
import { silent } from '../reporter.ts'
import { onnxEngine } from '../runtime/engine.ts'
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

export interface SensitivityPayload {
  kind: TargetKind
  /** Each of some targets by their place in the list of their kind, on some samples by their place among `indices`. */
  tests: readonly { places: readonly number[]; samples: readonly number[] }[]
}

export const sensitivityTask: Task<SensitivitySetup, SensitivityPayload, Measured[]> = {
  async open({ model, data, indices, outputs }) {
    const calibrated = loadModel(model)
    const source = openDebugSamples(calibrated, model, data, silent)
    const engine = await SensitivityEngine.open({
      engine: onnxEngine(1),
      calibrated,
      samples: source,
      indices,
      outputs,
    })
    return {
      async run({ kind, tests }, progress) {
        const all = listTargets(calibrated.graph, kind)
        const results: Measured[] = []
        let done = 0
        for (const { places, samples } of tests) {
          const targets = places.map((place) => all[place])
          results.push(await engine.measure(targets, samples, { sums: targets.length === 1 }))
          progress((done += samples.length))
        }
        return results
      },
      close: () => engine.release(),
    }
  },
}
