/** What a sensitivity run does on a worker: measure some targets. */
import { loadModel } from '../files/load-model.ts'
import type { Task } from '../pool/shard.ts'
import { silent } from '../reporter.ts'
import { onnxEngine } from '../runtime/session.ts'
import { SensitivityEngine, type Sensitivity } from '../sensitivity/engine.ts'
import { listTargets, type TargetKind } from '../sensitivity/targets.ts'
import { openDebugSamples } from './debug-samples.ts'

export interface SensitivitySetup {
  /** Calibrated model of a build. */
  model: string
  /** Folders of samples, by input; empty: where the build found them. */
  data: readonly string[]
  /** Samples to use, spread over the data set. */
  samples: number
  outputs: readonly string[] | undefined
}

/** Targets by their place in the list of their kind. */
export interface SensitivityPayload {
  kind: TargetKind
  targets: readonly number[]
}

export const sensitivityTask: Task<SensitivitySetup, SensitivityPayload, Sensitivity[]> = {
  async open({ model, data, samples, outputs }) {
    const calibrated = loadModel(model)
    const source = openDebugSamples(calibrated, model, data, silent)
    const engine = await SensitivityEngine.open({
      engine: onnxEngine(1),
      calibrated,
      samples: source,
      indices: spread(source.count, samples),
      outputs,
    })
    return {
      async run({ kind, targets }, progress) {
        const all = listTargets(calibrated.graph, kind)
        const results: Sensitivity[] = []
        for (const index of targets) {
          results.push(await engine.measure(all[index]))
          progress(results.length)
        }
        return results
      },
      close: () => engine.release(),
    }
  },
}

/** `wanted` of `count` indices at even distances. */
function spread(count: number, wanted: number): number[] {
  const used = Math.min(count, wanted)
  return Array.from({ length: used }, (_, i) => Math.floor((i * count) / used))
}
