/**
 * Where the time of an evaluation goes, picture by picture, and what a second process brings, forked or through Redis (where
 * redis-server is installed).
 *
 *     npm run build && npx tsx bench/evaluation.ts       MobileNetV1 1.0, all pictures at hand
 *     npx tsx bench/evaluation.ts yolox_nano 20          another model of the zoo, the first pictures only
 *
 * The command `openmapper evaluate` as it is installed: from sources, workers would take seconds to start.
 * One inference thread per process; decoding has a thread of its own, so its column is the time to hand it a picture and to wait for one, and
 * times are wall times. `Decode alone` is the same work with nothing beside it, and the last share counts it as if nothing overlapped.
 * Every way is measured three times in turn, for even an idle machine is not equally fast all the time: the table has the middle run of each
 * way, the lines below the median of the ratios within a round. Figures count on an idle machine only.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCard } from '../src/cards/load.ts'
import { resolveModel } from '../src/cards/resolve-model.ts'
import { findCard } from '../src/cards/zoo.ts'
import { openDataset } from '../src/datasets/open.ts'
import type { EvaluationResult } from '../src/stages/evaluate.ts'
import { formatTable } from '../src/terminal/table.ts'
import { hasRedis, startRedis } from '../test/support/redis.ts'
import { projectRoot } from '../test/support/shared-data.ts'
import { picturesOf } from './accuracy/pictures.ts'
import { median } from './median.ts'

const [name = 'mobilenet_v1_1.0_224', limit] = process.argv.slice(2)
const card = loadCard(findCard(name))
const pictures = picturesOf(card)
if (!pictures) throw new Error(`the pictures of ${name} are not on this machine`)

type Measured = Pick<EvaluationResult, 'n' | 'seconds' | 'metrics' | 'milliseconds'>

/** Measurements of every way. */
const ROUNDS = 3

const program = join(projectRoot, 'bin/openmapper.js')

/** @param engine options of the command that say who does the work */
function measure(...engine: string[]): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'openmapper-bench-'))
  const options = ['--card', card.path, '--model', resolveModel(card), '--data', pictures!.evaluation]
  const part = limit === undefined ? [] : ['--limit', limit]
  const command = [program, 'evaluate', ...options, ...part, ...engine, '--json']
  try {
    const stdout = execFileSync(process.execPath, command, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    return JSON.parse(stdout.toString()) as Measured
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Two workers of one process each that wait for shards at a Redis of their own. */
async function measureRedis(): Promise<Measured> {
  const redis = await startRedis()
  const workers = [1, 2].map(() => {
    const command = [program, 'worker', '--redis', redis.url, '-p', '1']
    return spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  })
  try {
    // Their first line says that they are ready.
    await Promise.all(workers.map(({ stdout }) => once(stdout, 'data')))
    return measure('--engine', 'bullmq', '--redis', redis.url)
  } finally {
    for (const worker of workers) worker.kill('SIGINT')
    await Promise.all(workers.map((worker) => once(worker, 'exit')))
    await redis.close()
  }
}

/** Mean milliseconds to decode one picture with nothing beside it. */
async function decodeAlone(count: number): Promise<number> {
  const dataset = openDataset(card.dataset, pictures!.evaluation, card.reader)
  const started = performance.now()
  for (let i = 0; i < count; i++) await dataset.sample(i).image()
  return (performance.now() - started) / count
}

function row(engine: string, { seconds, n, milliseconds }: Measured, alone: number): string[] {
  const { decode, transform, inference, decodeOutputs, score } = milliseconds
  const work = transform + inference + decodeOutputs + score
  const share = (all: number): string => `${((100 * inference) / all).toFixed(1)} %`
  return [
    engine,
    ...[decode, alone, transform, inference, decodeOutputs, score].map((value) => value.toFixed(2)),
    share(work + decode),
    share(work + alone),
    (n / seconds).toFixed(2),
  ]
}

/** One of every way: -p 1, -p 2, two Redis workers. */
async function measureAll(): Promise<Measured[]> {
  const measured = [measure('-p', '1'), measure('-p', '2')]
  return hasRedis ? [...measured, await measureRedis()] : measured
}

const rounds: Measured[][] = []
for (let round = 0; round < ROUNDS; round++) rounds.push(await measureAll())
const [first] = rounds
const alone = await decodeAlone(first[0].n)
const columns = [
  'Engine',
  'Hand over and wait ms',
  'Decode alone ms',
  'Transform ms',
  'Inference ms',
  'Decode outputs ms',
  'Score ms',
  'Inference',
  'Not overlapped',
  'Pictures/s',
]
const names = ['-p 1', '-p 2', '2 Redis workers']
const rows = first.map((_, way) => {
  const runs = rounds.map((round) => round[way])
  const middle = median(runs.map(({ seconds }) => seconds))
  return row(
    names[way],
    runs.find(({ seconds }) => seconds === middle)!,
    alone,
  )
})
for (const line of formatTable(columns, rows)) console.log(line)
console.log(`${name}, ${first[0].n} pictures, the middle one of ${ROUNDS} rounds`)
for (const way of [...first.keys()].slice(1)) {
  const ratios = rounds.map((round) => round[0].seconds / round[way].seconds)
  const texts = ratios.map((ratio) => ratio.toFixed(2)).join(', ')
  console.log(`${names[way]}: ${median(ratios).toFixed(2)} times as fast as -p 1 (${texts})`)
}
const figures = new Set(rounds.flat().map(({ metrics }) => JSON.stringify(metrics)))
if (figures.size > 1) throw new Error('two evaluations give other figures')
