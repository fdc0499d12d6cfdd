/** What a build decided, as plain JSON beside the artefacts, and the verdict for the user. */
import { join } from 'node:path'
import type { Choice } from '../calibrate/choose.ts'
import { methodLabel } from '../calibrate/methods/index.ts'
import type { BuildConfig } from '../config/types.ts'
import { saveFileAtomic } from '../files/save-file.ts'
import type { Levels } from '../quantize/plan.ts'
import type { SearchSummary } from '../search/search.ts'
import { requantizedBranches } from '../quantize/thresholds.ts'
import type { NodeRow } from '../report/node-table.ts'
import type { AccuracyCosts } from './accuracy-costs.ts'
import type { ArtefactFacts } from './artefacts.ts'
import type { OutputComparison } from './compare.ts'
import type { LookupReport } from './look-up-times.ts'
import type { QuantizedResult } from './quantize.ts'
import type { PrecisionRequest } from './requests.ts'
import { type Verdict, verdictOf } from './verdict.ts'

export interface BuildReport {
  model: string
  /** What the build was made from ({@link buildIdentity}); undefined where an earlier build did part of the work (`--from`). */
  identity?: string | undefined
  march: string
  inputs: ArtefactFacts['inputs']
  /** undefined when calibration was taken from an earlier build (`--from quantize`). */
  calibration:
    | {
        method: string
        biasCorrected: boolean
        /** Ranges per channel, by tensor. */
        channelRanges: Record<string, number[]>
        /** Some activations have centred codes or, on march generic, zero points. */
        asymmetric: boolean
        judged: Choice['judged']
        /** Decisions of the search with their errors; undefined where none was made. */
        search?: SearchSummary | undefined
      }
    | undefined
  /** One entry per activation quantizer. */
  thresholds: { tensor: string; threshold: number; levels: Levels; nonNegative: boolean; sharedWith: string }[]
  /** Per-channel thresholds of each weight, by node. */
  weights: Record<string, number[]>
  /** Concat branches that keep their own scale (requantized on the way in). */
  requantized: string[]
  tailConvs: string[]
  nodes: NodeRow[]
  /** Nodes that the YAML gives a precision of their own, and whether they have it. */
  requests: readonly PrecisionRequest[]
  outputs: OutputComparison[]
  verdict: Verdict
  /** What still costs accuracy, and how to fix it; undefined when calibration was taken from an earlier build. */
  costs: AccuracyCosts | undefined
  /** Where quantizers sit around look-ups; undefined where none matters or nothing was searched. */
  lookups?: LookupReport | undefined
  seconds: number
}

/** Write `<prefix>_report.json` and return its content. */
export function writeReport(
  config: BuildConfig,
  facts: ArtefactFacts,
  result: QuantizedResult,
  choice: Choice | undefined,
  {
    identity,
    nodes,
    requests,
    costs,
    lookups,
  }: Pick<BuildReport, 'identity' | 'nodes' | 'requests' | 'costs' | 'lookups'>,
  outputs: OutputComparison[],
  started: number,
  doubts: readonly string[],
): { report: BuildReport; path: string } {
  const { plan, calibration } = result
  const report: BuildReport = {
    model: config.model.prefix,
    identity,
    march: facts.march,
    inputs: facts.inputs,
    calibration: choice && {
      method: methodLabel(choice.method),
      biasCorrected: choice.biasCorrection,
      channelRanges: Object.fromEntries([...choice.ranges].map(([tensor, r]) => [tensor, [...r]])),
      asymmetric: choice.asymmetric,
      judged: choice.judged,
      search: choice.search,
    },
    thresholds: [...plan.quantizers.values()].map((quantizer) => ({
      tensor: quantizer.tensor,
      threshold: calibration.thresholds.get(quantizer.tensor)!,
      levels: quantizer.levels,
      nonNegative: quantizer.nonNegative,
      sharedWith: quantizer.group,
    })),
    weights: Object.fromEntries([...calibration.weights].map(([node, thresholds]) => [node, [...thresholds]])),
    requantized: requantizedBranches(plan, calibration.thresholds),
    tailConvs: plan.weighted.filter((unit) => unit.tail).map((unit) => unit.node.name),
    nodes,
    requests,
    outputs,
    verdict: verdictOf(outputs, choice, doubts),
    costs,
    lookups,
    seconds: (Date.now() - started) / 1000,
  }
  const path = join(config.model.workingDir, `${config.model.prefix}_report.json`)
  saveFileAtomic(path, new TextEncoder().encode(`${JSON.stringify(report, null, 1)}\n`))
  return { report, path }
}
