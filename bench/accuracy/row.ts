/** One line of the table: one build of one model. */
import type { AgreementFigures } from './agreement.ts'
import type { BuildFigures } from './build.ts'
import type { BuildName } from './builds.ts'
import type { PairFigures } from './compare.ts'

/** Agreement is with the float model on all pictures, labelled or not; null where a figure does not apply. */
export interface Row extends AgreementFigures {
  model: string
  build: BuildName
  /** Of this project; with a `+` where files differ from it. */
  commit: string
  metric: string
  /** Shares 0..1. */
  float: number
  value: number
  /** Points against float, and where 95 % of paired resamples lie. */
  difference: number
  low: number | null
  high: number | null
  /** Labelled pictures, and how many of them get another answer; null where an answer is not one thing. */
  n: number
  changedAnswers: number | null
  /** Lowest output cosine on the first calibration sample. */
  cosine: number
  int16Quantizers: number
  int16Elements: number
  buildSeconds: number
  /** MB. */
  peakRss: number
  /** Median milliseconds of one picture, two threads, taken in turn. */
  floatMs: number
  int8Ms: number
}

export function rowOf(
  head: Pick<Row, 'model' | 'build' | 'commit'>,
  built: BuildFigures,
  { metric, float, int8, interval, changed, labelled, agreement }: PairFigures,
): Row {
  return {
    ...head,
    metric,
    float,
    value: int8,
    difference: 100 * (int8 - float),
    low: interval ? 100 * interval.low : null,
    high: interval ? 100 * interval.high : null,
    n: labelled,
    changedAnswers: changed,
    ...agreement,
    cosine: built.cosine,
    int16Quantizers: built.int16Quantizers,
    int16Elements: built.int16Elements,
    buildSeconds: built.seconds,
    peakRss: built.peakRss,
    floatMs: built.floatMs,
    int8Ms: built.int8Ms,
  }
}

export const COLUMNS = [
  'Model',
  'Build',
  'Metric %',
  'Float',
  'INT8',
  'Difference',
  '95 % interval',
  'Changed answers',
  'Agreement with float',
  'SQNR dB',
  'Cosine',
  'int16 quantizers, elements %',
  'Build s',
  'Peak MB',
  'Float ms',
  'INT8 ms',
]

export function cells(row: Row): string[] {
  const percent = (share: number, digits = 2): string => (100 * share).toFixed(digits)
  return [
    row.model,
    row.build,
    row.metric,
    percent(row.float),
    percent(row.value),
    row.difference.toFixed(2),
    row.low === null || row.high === null ? '--' : `${row.low.toFixed(2)} .. ${row.high.toFixed(2)}`,
    row.changedAnswers === null ? `-- of ${row.n}` : `${row.changedAnswers} of ${row.n}`,
    agreementText(row),
    row.sqnr?.toFixed(1) ?? '--',
    row.cosine.toFixed(4),
    `${percent(row.int16Quantizers, 1)}, ${percent(row.int16Elements, 1)}`,
    row.buildSeconds.toFixed(1),
    row.peakRss.toFixed(0),
    row.floatMs.toFixed(1),
    row.int8Ms.toFixed(1),
  ]
}

function agreementText({ pictures, flips, divergence, floatAp, equalPixels }: Row): string {
  if (flips !== null) return `${flips} of ${pictures} flip, KL ${divergence!.toFixed(5)}`
  if (equalPixels !== null) return `${(100 * equalPixels).toFixed(3)} % of pixels equal`
  return floatAp === null ? '--' : `AP ${(100 * floatAp).toFixed(2)} on ${pictures}`
}
