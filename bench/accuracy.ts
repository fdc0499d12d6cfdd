/**
 * Accuracy of every model of the zoo whose files and pictures are at hand: float, and INT8 by each method with and without bias
 * correction, calibrated on calibration pictures only.
 *
 *     npm run accuracy                     every card
 *     npm run accuracy -- mobilenet_v1     cards whose name contains a word
 *     npm run accuracy -- --plain          without the rows "+ bias correction"
 *     npm run accuracy -- --json           one JSON object per row on stdout
 *
 * Every figure is what `openmapper build` and `openmapper evaluate` give for the same settings.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Card } from '../src/cards/card.ts'
import { loadCard } from '../src/cards/load.ts'
import { resolveModelFiles } from '../src/cards/resolve-model.ts'
import { silent } from '../src/reporter.ts'
import { compareEvaluations } from '../src/stages/compare-evaluations.ts'
import { evaluateModel, type EvaluationResult } from '../src/stages/evaluate.ts'
import { loadConfigFile } from '../src/stages/load-config-file.ts'
import { preprocessImages } from '../src/stages/preprocess.ts'
import { SCORINGS } from '../src/tasks/scoring/index.ts'
import { formatTable } from '../src/terminal/table.ts'
import { projectRoot } from '../test/support/shared-data.ts'
import type { BuildFigures, BuildSettings } from './accuracy-build.ts'
import { calibrationPictures, picturesOf } from './accuracy-pictures.ts'

const CALIBRATION_PICTURES = 100

type Method = BuildSettings['method']

interface Row {
  model: string
  build: string
  metric: string
  value: number
  /** Points against float, and where 95 % of paired resamples lie. */
  difference: number
  low: number
  high: number
  /** Pictures with another answer; null where an answer is not one thing. */
  changedAnswers: number | null
  n: number
  /** Lowest output cosine on the first calibration sample. */
  cosine: number
  buildSeconds: number
  /** MB. */
  peakRss: number
}

function methods(isPlain: boolean): [name: string, method: Method][] {
  return [
    ...(isPlain ? [false] : [false, true]).flatMap((biasCorrection): [string, Method][] => {
      const suffix = biasCorrection ? ' + bias correction' : ''
      return [
        [`max${suffix}`, { type: 'max', maxPercentile: 1, biasCorrection }],
        [`kl${suffix}`, { type: 'kl', maxPercentile: 1, biasCorrection }],
        [`max-percentile 0.99995${suffix}`, { type: 'max', maxPercentile: 0.99995, biasCorrection }],
      ]
    }),
    ['default', { type: 'default', maxPercentile: 1, biasCorrection: undefined }],
  ]
}

async function measure(card: Card, isPlain: boolean, onRow: (row: Row) => void): Promise<void> {
  const data = picturesOf(card)
  if (!data) throw new Error('its pictures are not on this machine')
  const folder = mkdtempSync(join(tmpdir(), 'accuracy-'))
  try {
    const [{ typeTrain }] = loadConfigFile(card.config).inputs
    const calibrated = await preprocessImages({
      card,
      source: await calibrationPictures(card, data.calibration, join(folder, 'pictures')),
      target: join(folder, 'calibration'),
      typeTrain,
      limit: CALIBRATION_PICTURES,
      reporter: silent,
    })
    const evaluate = (model: string): Promise<EvaluationResult> =>
      evaluateModel({ card, model, data: data.evaluation, processes: 2, reporter: silent })
    let float: EvaluationResult | undefined
    for (const [name, method] of methods(isPlain)) {
      const built = buildApart({
        config: card.config,
        files: resolveModelFiles(card),
        calibration: calibrated.folder,
        workingDir: join(folder, 'model_output'),
        method,
      })
      if (!float) {
        float = await evaluate(built.original)
        onRow(rowOf(card, 'float', float, float))
      }
      onRow(rowOf(card, name, float, await evaluate(built.quantized), built))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function buildApart(settings: BuildSettings): BuildFigures {
  const script = join(projectRoot, 'bench/accuracy-build.ts')
  const out = execFileSync(process.execPath, ['--import', 'tsx', script, JSON.stringify(settings)], {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  return JSON.parse(out) as BuildFigures
}

function rowOf(
  card: Card,
  build: string,
  float: EvaluationResult,
  result: EvaluationResult,
  built?: BuildFigures,
): Row {
  const { metrics, headline } = { ...SCORINGS[card.dataset], headline: SCORINGS[card.dataset].metrics[0].key }
  const { interval, changed } = compareEvaluations(float, result)
  return {
    model: card.name,
    build,
    metric: metrics[0].title,
    value: result.metrics[headline] ?? NaN,
    difference: 100 * (interval?.difference ?? NaN),
    low: 100 * (interval?.low ?? NaN),
    high: 100 * (interval?.high ?? NaN),
    changedAnswers: changed ?? null,
    n: result.n,
    cosine: built?.cosine ?? 1,
    buildSeconds: built?.seconds ?? 0,
    peakRss: built?.peakRss ?? 0,
  }
}

function print(row: Row): string[] {
  const isFloat = row.build === 'float'
  return [
    row.model,
    row.build,
    `${row.metric} ${(100 * row.value).toFixed(2)}`,
    isFloat ? '--' : row.difference.toFixed(2),
    isFloat ? '--' : `${row.low.toFixed(2)} .. ${row.high.toFixed(2)}`,
    row.changedAnswers === null ? `-- of ${row.n}` : `${row.changedAnswers} of ${row.n}`,
    row.cosine.toFixed(4),
    isFloat ? '--' : row.buildSeconds.toFixed(1),
    isFloat ? '--' : row.peakRss.toFixed(0),
  ]
}

const words = process.argv.slice(2)
const json = words.includes('--json')
const isPlain = words.includes('--plain')
const wanted = words.filter((word) => !word.startsWith('--'))
const zoo = join(projectRoot, 'zoo')
const cards = readdirSync(zoo, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('model.yaml'))
  .sort()
  .map((path) => loadCard(join(zoo, path)))
  .filter((card) => wanted.length === 0 || wanted.some((word) => card.name.includes(word)))
const rows: Row[] = []
for (const card of cards) {
  try {
    await measure(card, isPlain, (row) => {
      rows.push(row)
      process.stderr.write(`${print(row).join('  ')}\n`)
      if (json) console.log(JSON.stringify(row))
    })
  } catch (error) {
    process.stderr.write(`${card.name}: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}
const columns = [
  'Model',
  'Build',
  'Metric %',
  'Difference',
  '95 % interval',
  'Changed answers',
  'Cosine',
  'Build s',
  'Peak MB',
]
if (!json) for (const line of formatTable(columns, rows.map(print))) console.log(line)
