/** The passes in the order they run, and the runner. */
import { defineFunction, type Model } from '../ir/model.ts'
import { verifyGraph } from '../ir/verify.ts'
import { inferTypes } from '../ops/infer.ts'
import { PREPROCESS_FUNCTION } from '../prepare/functions.ts'
import { scaledFunction } from '../quantize/scaled-lookup.ts'
import { batchNormToConv } from './batch-norm-to-conv.ts'
import { foldConstants } from './fold-constants.ts'
import { fuseBatchNorm } from './fuse-batch-norm.ts'
import { fuseScale } from './fuse-scale.ts'
import { fusePad } from './fuse-pad.ts'
import { gemmToConv } from './gemm-to-conv.ts'
import { lowerPreprocess } from './lower-preprocess.ts'
import { matmulToGemm } from './matmul-to-gemm.ts'
import { mergeDuplicates } from './merge-duplicates.ts'
import { mergeTransposes } from './merge-transposes.ts'
import type { Pass, PassContext } from './pass.ts'
import { recogniseActivations } from './recognise-activations.ts'
import { recogniseSwish, SWISH_FUNCTION } from './recognise-swish.ts'
import { removeDeadCode } from './remove-dead-code.ts'
import { removeNoOps } from './remove-no-ops.ts'
import { scaleToConv } from './scale-to-conv.ts'
import { sinkTransposes } from './sink-transposes.ts'

const SCALED_HARD_SWISH = scaledFunction('HardSwish')

/** Each stage is repeated until none of its passes finds anything. */
const STAGES: readonly (readonly Pass[])[] = [
  [foldConstants, removeNoOps, removeDeadCode],
  [recogniseSwish, recogniseActivations, removeDeadCode],
  [lowerPreprocess, sinkTransposes, mergeTransposes, removeNoOps, removeDeadCode],
  [fuseBatchNorm, fuseScale, matmulToGemm, foldConstants, removeNoOps, removeDeadCode],
  [fusePad, gemmToConv, batchNormToConv, fuseScale, scaleToConv, mergeDuplicates, removeNoOps, removeDeadCode],
]

/** What one run of a pass did. */
export interface PassReport {
  name: string
  rewrites: number
  nodesBefore: number
  nodesAfter: number
}

export interface OptimizeGraphOptions {
  /** Called after each run of a pass, with the graph verified and typed. */
  onPass?: (report: PassReport) => void | Promise<void>
}

/** A stage that is still rewriting after this many rounds would never end. */
const MAX_ROUNDS = 50

/** Optimize a model in place; what it computes does not change. */
export async function optimizeGraph(
  model: Model,
  context: PassContext,
  options: OptimizeGraphOptions = {},
): Promise<PassReport[]> {
  const { graph } = model
  const reports: PassReport[] = []
  inferTypes(graph)
  for (const stage of STAGES) {
    for (let round = 0, changed = true; changed && round < MAX_ROUNDS; round++) {
      changed = false
      for (const pass of stage) {
        const nodesBefore = graph.nodeCount
        const rewrites = await pass.run(graph, context)
        if (rewrites > 0) {
          changed = true
          graph.sort()
          addFunctions(model)
          inferTypes(graph)
          verifyGraph(graph, `pass ${pass.name}`)
        }
        const report = { name: pass.name, rewrites, nodesBefore, nodesAfter: graph.nodeCount }
        reports.push(report)
        await options.onPass?.(report)
      }
    }
  }
  return reports
}

/** Definitions of the functions the passes use. */
function addFunctions(model: Model): void {
  for (const definition of [PREPROCESS_FUNCTION, SWISH_FUNCTION, SCALED_HARD_SWISH]) {
    const used = model.graph.nodes.some((node) => node.domain === definition.domain && node.opType === definition.name)
    if (used) defineFunction(model, definition)
  }
}
