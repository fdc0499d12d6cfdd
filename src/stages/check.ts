/** Stage "check": read, optimize, place; no calibration, no files. */
import type { March, ModelFiles } from '../config/types.ts'
import type { Engine } from '../engine.ts'
import { StageError } from '../errors.ts'
import { quantizedPorts } from '../quantize/place.ts'
import type { Reporter } from '../reporter.ts'
import { mappedType } from '../targets/mapped-types.ts'
import { subgraphIds } from '../targets/subgraphs.ts'
import { optimizeStage } from './optimize.ts'
import { planGraph } from './plan.ts'
import { loadSourceModel } from './source-model.ts'

export interface CheckRow {
  node: string
  on: 'BPU' | 'CPU'
  subgraph: number | undefined
  type: string
  /** Why the node is on the CPU; empty on the accelerator. */
  reason: string
  dataType: string
}

export interface CheckResult {
  march: March
  rows: CheckRow[]
  subgraphs: number
  outputs: string[]
}

export interface CheckOptions {
  march: March
  inputShapes: ReadonlyMap<string, readonly number[]>
  engine: Engine
  reporter: Reporter
}

/** The manual's limit. */
const MAX_OUTPUTS = 32

/** Check a float model. */
export async function checkModel(files: ModelFiles, options: CheckOptions): Promise<CheckResult> {
  const { march, reporter } = options
  const kind = 'onnx' in files ? 'onnx' : 'caffe'
  reporter.info(`Start to parse the ${kind} model.`)
  const given = [...options.inputShapes].map(([name, shape]) => ({ name, shape }))
  const source = loadSourceModel(files, given, reporter)
  reporter.info(`End to parse the ${kind} model.`)
  if (source.graph.outputs.length > MAX_OUTPUTS) {
    throw new StageError(
      'STAGE_TOO_MANY_OUTPUTS',
      `tool limits for max output num is ${MAX_OUTPUTS}; the model has ${source.graph.outputs.length}`,
      {
        stage: 'read',
        fix: 'export the model with fewer outputs',
      },
    )
  }
  const model = await optimizeStage(source, { engine: options.engine, reporter, debug: false })
  const { plan, placements } = planGraph(model.graph, march, [], () => 127)
  const ids = subgraphIds(model.graph, placements)
  const rows = model.graph
    .sorted()
    .filter((node) => !plan.fused.has(node))
    .map((node): CheckRow => {
      const placement = placements.get(node.name)!
      const quantized = plan.units.has(node) && quantizedPorts(model.graph, node).length > 0
      const tail = plan.weighted.some((unit) => unit.node === node && unit.tail)
      return {
        node: node.name,
        on: placement.on,
        subgraph: ids.get(node.name),
        type: mappedType(node, placement.on),
        reason: placement.reason,
        dataType: quantized ? (tail ? 'int8/int32' : 'int8/int8') : 'float/float',
      }
    })
  return { march, rows, subgraphs: new Set(ids.values()).size, outputs: model.graph.outputs.map((info) => info.name) }
}
