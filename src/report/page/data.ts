/** What `report.html` shows: the build's report and the parts that other commands add. */
import type { CompactHistogram } from '../../calibrate/compact-histogram.ts'
import type { BuildReport } from '../../stages/build-report.ts'
import type { TargetKind } from '../../sensitivity/targets.ts'
import type { SensitivityRow } from '../../stages/sensitivity.ts'
import type { ReportedTuning } from '../../tune/tune.ts'

export interface PageData {
  /** Of openmapper. */
  version: string
  report: BuildReport
  histograms: { tensors: CompactHistogram[] } | undefined
  /** `tops`: of a kind, how many of the most sensitive were looked for where not all were measured on all samples. */
  sensitivity: { targets: SensitivityRow[]; tops?: Partial<Record<TargetKind, number>> } | undefined
  evaluation: ReportedEvaluation | undefined
  /** Of the tuning that made this build. */
  tuning: ReportedTuning | undefined
}

/** Float and INT8 on the same pictures. */
export interface ReportedEvaluation {
  dataset: string
  /** Digest of the card that said how to score. */
  card?: string | undefined
  /** Which pictures were scored, where it were not all: `the first 20 of 1000 pictures`. */
  part?: string | undefined
  models: EvaluatedModel[]
  /** Key and title of each metric, the headline first. */
  metrics: { key: string; title: string }[]
  /** Second minus first of the headline, with its 95 % interval. */
  difference: { difference: number; low: number; high: number } | undefined
  /** Pictures that get another answer, where an answer is one thing. */
  changed: number | undefined
  pictures: ReportPicture[]
}

interface EvaluatedModel {
  /** File name. */
  name: string
  n: number
  metrics: Record<string, number | null>
  /** Mean milliseconds of inference per picture. */
  inference: number
}

/** Float beside INT8 on one picture. */
export interface ReportPicture {
  id: string
  /** Why it is shown. */
  why: string
  /** `data:` URL. */
  image: string
}
