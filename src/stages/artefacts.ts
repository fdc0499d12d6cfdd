/** The files a build leaves in `working_dir`, and the facts it writes into each of them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { March, ResolvedInput } from '../config/types.ts'
import type { Model } from '../ir/model.ts'

/** Stages a build can start from, in order. */
export const ARTEFACT_STAGES = ['original', 'optimized', 'calibrated', 'quantized'] as const
export type ArtefactStage = (typeof ARTEFACT_STAGES)[number]

const SUFFIX: Record<ArtefactStage, string> = {
  original: '_original_float_model.onnx',
  optimized: '_optimized_float_model.onnx',
  calibrated: '_calibrated_model.onnx',
  quantized: '_quantized_model.onnx',
}

export function artefactName(prefix: string, stage: ArtefactStage): string {
  return prefix + SUFFIX[stage]
}

export function artefactPath(workingDir: string, prefix: string, stage: ArtefactStage): string {
  return join(workingDir, artefactName(prefix, stage))
}

/** The stage that a file of a build is called after; undefined for other names. */
export function artefactStage(path: string): ArtefactStage | undefined {
  return ARTEFACT_STAGES.find((stage) => path.endsWith(SUFFIX[stage]))
}

/** What every artefact says of itself in its ONNX metadata, so that running it needs no YAML. */
export interface ArtefactFacts {
  stage: ArtefactStage
  march: March
  inputs: readonly ResolvedInput[]
  /** Nodes that the user leaves in float (`run_on_cpu`). */
  cpuNodes?: readonly string[] | undefined
  /** Look-ups that the search left without a quantizer before them (march `generic`). */
  afterOnly?: readonly string[] | undefined
}

export function writeFacts(model: Model, facts: ArtefactFacts): void {
  model.metadata.set('openmapper.stage', facts.stage)
  model.metadata.set('openmapper.march', facts.march)
  model.metadata.set('openmapper.inputs', JSON.stringify(facts.inputs))
  writeNames(model, 'openmapper.run_on_cpu', facts.cpuNodes)
  writeNames(model, 'openmapper.after_only', facts.afterOnly)
}

function writeNames(model: Model, key: string, names: readonly string[] = []): void {
  if (names.length > 0) model.metadata.set(key, JSON.stringify(names))
  else model.metadata.delete(key)
}

function readNames(model: Model, key: string): string[] {
  return JSON.parse(model.metadata.get(key) ?? '[]') as string[]
}

/** The facts of an artefact of ours; undefined for any other model. */
export function readFacts(model: Model): ArtefactFacts | undefined {
  const stage = model.metadata.get('openmapper.stage')
  const march = model.metadata.get('openmapper.march')
  const inputs = model.metadata.get('openmapper.inputs')
  if (stage === undefined || march === undefined || inputs === undefined) return undefined
  return {
    stage: stage as ArtefactStage,
    march: march as March,
    inputs: JSON.parse(inputs) as ResolvedInput[],
    cpuNodes: readNames(model, 'openmapper.run_on_cpu'),
    afterOnly: readNames(model, 'openmapper.after_only'),
  }
}

/** The float model that the build of a model left in the same folder; undefined where there is none. */
export function originalBeside(model: string): string | undefined {
  for (const stage of ARTEFACT_STAGES) {
    if (stage === 'original' || !model.endsWith(SUFFIX[stage])) continue
    const path = model.slice(0, -SUFFIX[stage].length) + SUFFIX.original
    return existsSync(path) ? path : undefined
  }
  return undefined
}
