/** Stage: original float model -> optimized float model. */
import type { Engine } from '../engine.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import { inferTypes } from '../ops/infer.ts'
import { optimizeGraph } from '../passes/pipeline.ts'
import type { Reporter } from '../reporter.ts'
import { evaluateContext } from '../runtime/evaluate.ts'
import { proveRewrite } from './prove-pass.ts'

export interface OptimizeOptions {
  engine: Engine
  reporter: Reporter
  /** Run the graph before and after every pass and stop at the first difference. */
  debug: boolean
}

/** Optimize a copy of the model; what it computes does not change. */
export async function optimizeStage(model: Model, { engine, reporter, debug }: OptimizeOptions): Promise<Model> {
  const result = cloneModel(model)
  const nodes = result.graph.nodeCount
  const parameters = result.graph.constants.size
  let before = cloneModel(result)
  const reports = await optimizeGraph(result, evaluateContext(), {
    onPass: async (report) => {
      if (!debug || report.rewrites === 0) return
      await proveRewrite(engine, before, result, report.name)
      before = cloneModel(result)
    },
  })
  for (const report of reports) {
    if (report.rewrites > 0) reporter.debug(`pass ${report.name}: ${report.rewrites} rewrites`)
  }
  inferTypes(result.graph)
  reporter.info(
    `Optimization: nodes ${nodes} -> ${result.graph.nodeCount}, parameters ${parameters} -> ${result.graph.constants.size}`,
  )
  return result
}
