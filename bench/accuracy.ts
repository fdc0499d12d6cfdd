/**
 * Accuracy of every classifier of the zoo whose model and pictures are at hand: float, and INT8 by each method with and without
 * bias correction, calibrated on calibration pictures only.
 *
 *     npm run accuracy                     every card
 *     npm run accuracy -- mobilenet_v1     cards whose name contains a word
 *     npm run accuracy -- --json           one JSON object per row on stdout
 *
 * Every figure is what `openmapper build` and `openmapper evaluate` give for the same settings.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Card } from '../src/cards/card.ts'
import { loadCard } from '../src/cards/load.ts'
import { resolveModel } from '../src/cards/resolve-model.ts'
import type { BuildConfig, CalibrationConfig } from '../src/config/types.ts'
import { cifar10Folder } from '../src/fetch/cifar10.ts'
import { silent } from '../src/reporter.ts'
import { onnxEngine } from '../src/runtime/session.ts'
import { buildModel } from '../src/stages/build.ts'
import { changedAnswers } from '../src/stages/changed-answers.ts'
import { evaluateModel, type EvaluationResult } from '../src/stages/evaluate.ts'
import { loadConfigFile } from '../src/stages/load-config-file.ts'
import { preprocessImages } from '../src/stages/preprocess.ts'
import { formatTable } from '../src/terminal/table.ts'
import { projectRoot, sharedData } from '../test/support/shared-data.ts'

const CALIBRATION_PICTURES = 100

type Method = Pick<CalibrationConfig, 'type' | 'maxPercentile' | 'biasCorrection'>

const METHODS: readonly [name: string, method: Method][] = [
  ...[false, true].flatMap((biasCorrection): [string, Method][] => {
    const suffix = biasCorrection ? ' + bias correction' : ''
    return [
      [`max${suffix}`, { type: 'max', maxPercentile: 1, biasCorrection }],
      [`kl${suffix}`, { type: 'kl', maxPercentile: 1, biasCorrection }],
      [`max-percentile 0.99995${suffix}`, { type: 'max', maxPercentile: 0.99995, biasCorrection }],
    ]
  }),
  ['default', { type: 'default', maxPercentile: 1, biasCorrection: undefined }],
]

interface Row {
  model: string
  build: string
  top1: number
  /** Points against float. */
  difference: number
  changedAnswers: number
  n: number
  /** Lowest output cosine on the first calibration sample. */
  cosine: number
  buildSeconds: number
}

/** Pictures to calibrate with and to score on; undefined where they are not on this machine. */
function pictures(card: Card): { calibration: string; evaluation: string } | undefined {
  const shared = sharedData()
  const folders =
    card.dataset === 'cifar10'
      ? { calibration: cifar10Folder(), evaluation: cifar10Folder() }
      : {
          calibration: join(shared ?? '', 'datasets/imagenet-calibration-100'),
          evaluation: join(shared ?? '', 'datasets/imagenet-compatible-mini'),
        }
  return Object.values(folders).every((folder) => existsSync(folder)) ? folders : undefined
}

async function measure(card: Card, onRow: (row: Row) => void): Promise<void> {
  const data = pictures(card)
  if (!data) throw new Error('its pictures are not on this machine')
  const folder = mkdtempSync(join(tmpdir(), 'accuracy-'))
  try {
    const config = loadConfigFile(card.config)
    const { typeTrain } = config.inputs[0]
    const calibrated = await preprocessImages({
      card,
      source: data.calibration,
      target: join(folder, 'calibration'),
      typeTrain,
      limit: CALIBRATION_PICTURES,
      reporter: silent,
    })
    const evaluate = (model: string): Promise<EvaluationResult> =>
      evaluateModel({ card, model, data: data.evaluation, processes: 2, reporter: silent })
    let float: EvaluationResult | undefined
    for (const [name, method] of METHODS) {
      const started = performance.now()
      const built = await buildModel(configFor(card, config, calibrated.folder, folder, method), {
        engine: onnxEngine(2),
        reporter: silent,
      })
      const buildSeconds = (performance.now() - started) / 1000
      if (!float) {
        float = await evaluate(built.files.original)
        onRow(rowOf(card, 'float', float, float, 1, 0))
      }
      const result = await evaluate(built.files.quantized)
      const cosine = Math.min(...built.outputs.map((output) => output.similarity))
      onRow(rowOf(card, name, float, result, cosine, buildSeconds))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function configFor(card: Card, config: BuildConfig, calibration: string, folder: string, method: Method): BuildConfig {
  return {
    ...config,
    model: { ...config.model, onnxModel: resolveModel(card), workingDir: join(folder, 'model_output') },
    inputs: config.inputs.map((input) => ({ ...input, calDataDir: calibration })),
    calibration: { ...config.calibration, ...method },
  }
}

function rowOf(
  card: Card,
  build: string,
  float: EvaluationResult,
  result: EvaluationResult,
  cosine: number,
  buildSeconds: number,
): Row {
  return {
    model: card.name,
    build,
    top1: result.metrics.top1,
    difference: 100 * (result.metrics.top1 - float.metrics.top1),
    changedAnswers: changedAnswers(float, result),
    n: result.n,
    cosine,
    buildSeconds,
  }
}

function print(row: Row): string[] {
  return [
    row.model,
    row.build,
    (100 * row.top1).toFixed(2),
    row.difference.toFixed(2),
    `${row.changedAnswers} of ${row.n}`,
    row.cosine.toFixed(4),
    row.buildSeconds.toFixed(1),
  ]
}

const words = process.argv.slice(2)
const json = words.includes('--json')
const wanted = words.filter((word) => !word.startsWith('--'))
const zoo = join(projectRoot, 'zoo')
const cards = readdirSync(zoo, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('model.yaml'))
  .sort()
  .map((path) => loadCard(join(zoo, path)))
  .filter((card) => card.task === 'classification')
  .filter((card) => wanted.length === 0 || wanted.some((word) => card.name.includes(word)))
const rows: Row[] = []
for (const card of cards) {
  try {
    await measure(card, (row) => {
      rows.push(row)
      process.stderr.write(`${print(row).join('  ')}\n`)
      if (json) console.log(JSON.stringify(row))
    })
  } catch (error) {
    process.stderr.write(`${card.name}: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}
const columns = ['Model', 'Build', 'Top-1 %', 'Difference', 'Changed answers', 'Cosine', 'Build s']
if (!json) for (const line of formatTable(columns, rows.map(print))) console.log(line)
