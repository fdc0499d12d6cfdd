/** The float network behind a calibrated model, and what is looked at in it. */
import type { Model } from '../ir/model.ts'
import { inferTypes } from '../ops/infer.ts'
import { readCalibration } from '../quantize/calibrated.ts'
import { judgedValues } from '../search/error/recognise.ts'
import { comparedValues } from './compared-values.ts'
import { bytesOf, CutNetwork } from './cut-network.ts'
import type { Target } from './targets.ts'

export interface FloatNetwork {
  model: Model
  /** Values the error metrics compare. */
  compared: readonly string[]
  /** These, and those the task error reads. */
  wanted: readonly string[]
}

/** Throws ArgumentError for a value to compare (`outputs`) that the model does not compute. */
export function floatNetwork(calibrated: Model, outputs: readonly string[] | undefined): FloatNetwork {
  const { model } = readCalibration(calibrated)
  inferTypes(model.graph)
  const compared = comparedValues(model.graph, outputs)
  return { model, compared, wanted: [...new Set([...compared, ...judgedValues(model.graph)])] }
}

/** Bytes of float results to compare with, all samples together; the error measure keeps about as much again. */
const RESULT_BYTES = 128 * 2 ** 20

/** What whoever deals out the work must know. */
export interface SensitivityPlan {
  /** Samples that fit into the memory of an engine; at least one. */
  samplesAtOnce: number
  /** The part of the network in which a target starts: equal ones share a session. */
  startOf(target: Target): number
}

/** Throws ArgumentError as `floatNetwork`. */
export function planSensitivity(calibrated: Model, outputs: readonly string[] | undefined): SensitivityPlan {
  const { model, wanted } = floatNetwork(calibrated, outputs)
  const network = new CutNetwork(model, wanted)
  return {
    samplesAtOnce: Math.max(1, Math.floor(RESULT_BYTES / bytesOf(model.graph, wanted))),
    startOf: (target) => network.startOf(target) ?? 0,
  }
}
