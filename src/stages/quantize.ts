/** Stage: calibrated model -> quantized model. */
import type { Model } from '../ir/model.ts'
import { cloneModel } from '../ir/model.ts'
import { inferTypes } from '../ops/infer.ts'
import { quantizedInputLayout } from '../prepare/input-layout.ts'
import { type Calibration, readCalibration } from '../quantize/calibrated.ts'
import { emitQuantized } from '../quantize/emit.ts'
import { quantizeInput } from '../quantize/input.ts'
import { type ArtefactFacts, writeFacts } from './artefacts.ts'
import { planGraph, type PlannedGraph } from './plan.ts'

export interface QuantizedResult extends PlannedGraph {
  /** The optimized model behind the calibrated one (biases corrected). */
  optimized: Model
  calibration: Calibration
  quantized: Model
}

/** Quantize. Everything needed stands in the calibrated model itself. */
export function quantizeStage(calibrated: Model, facts: ArtefactFacts): QuantizedResult {
  const { model: optimized, calibration } = readCalibration(calibrated)
  inferTypes(optimized.graph)
  const planned = planGraph(
    optimized.graph,
    facts.march,
    facts.inputs,
    (tensor) => calibration.levels.get(tensor) ?? 127,
    facts.cpuNodes,
    new Set(facts.afterOnly),
  )
  const quantized = cloneModel(emitQuantized(optimized, planned.plan, calibration))
  for (const input of facts.inputs) {
    if (input.typeTrain === 'featuremap') continue
    quantizeInput(quantized.graph, input.name, input.layoutTrain, quantizedInputLayout(input, facts.march))
  }
  quantized.graph.types.clear()
  quantized.graph.sort()
  inferTypes(quantized.graph)
  writeFacts(quantized, { ...facts, stage: 'quantized' })
  return { ...planned, optimized, calibration, quantized }
}
