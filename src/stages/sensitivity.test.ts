import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { quantizeNetwork } from '../../test/support/quantized-network.ts'
import { randomFeeds } from '../../test/support/random.ts'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import type { Model } from '../ir/model.ts'
import { ints } from '../ir/node.ts'
import { writeOnnx } from '../onnx/write.ts'
import { type Reporter, silent } from '../reporter.ts'
import { planSensitivity } from '../sensitivity/float-network.ts'
import { listTargets } from '../sensitivity/targets.ts'
import { artefactPath, writeFacts } from './artefacts.ts'
import { keptSensitivity, measureSensitivity } from './sensitivity.ts'
import { SensitivityRounds, sensitivityOf } from './sensitivity-rounds.ts'

const SHAPE = [1, 3, 8, 8]
const SAMPLES = 8
const TOP = 2

let folder: string
let model: string
let calibrated: Model

/** A chain of Convs and Relus. */
function chain(): Model {
  const net = new Network(5)
  const pads = { pads: ints([1, 1, 1, 1]) }
  let value = net.conv(net.input('x', SHAPE), [6, 3, 3, 3], pads)
  for (let i = 0; i < 12; i++) value = net.conv(net.node('Relu', [value]), [6, 6, 3, 3], pads)
  net.output(value)
  return net.model()
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sensitivity-'))
  const calDataDir = join(folder, 'data')
  mkdirSync(calDataDir)
  const quantized = await quantizeNetwork(chain())
  calibrated = quantized.calibrated
  for (let i = 0; i < SAMPLES; i++) {
    const values = randomFeeds(calibrated.graph, 70 + i)
      .get('x')!
      .floats()
    writeFileSync(join(calDataDir, `${i}.bin`), new Uint8Array(values.buffer))
  }
  const input = { name: 'x', shape: SHAPE, typeTrain: 'featuremap', typeRt: 'featuremap', calDataDir } as const
  writeFacts(calibrated, {
    stage: 'calibrated',
    march: 'bayes',
    inputs: [resolvedInput({ ...input, calDataType: 'float32' })],
  })
  model = artefactPath(folder, 'net', 'calibrated')
  writeFileSync(model, writeOnnx(calibrated))
})
afterAll(() => rmSync(folder, { recursive: true }))

const options = (kind: 'activation' | 'weight' = 'activation') =>
  ({ model, kind, samples: SAMPLES, processes: 2, reporter: silent }) as const

/** Keeps what is said. */
const listening = (lines: string[]): Reporter => ({ ...silent, info: (line) => void lines.push(line) })

test('samples that do not fit into memory together give the same figures in several turns', async () => {
  const targets = listTargets(calibrated.graph, 'activation').map((target, place) => ({ ...target, place }))
  const tests = targets.map((target) => ({ targets: [target], samples: [...Array(SAMPLES).keys()] }))
  const figures = async (samplesAtOnce: number) => {
    const plan = { ...planSensitivity(calibrated, undefined), samplesAtOnce }
    const setup = { model, data: [], outputs: undefined }
    const indices = [...Array(SAMPLES).keys()]
    const rounds = new SensitivityRounds({ setup, indices, plan, processes: 2, reporter: silent, signal: undefined })
    const measured = await rounds.run(tests)
    // Only samples of the second and third turn.
    const some = await rounds.run([{ targets: [targets[3]], samples: [4, 7] }])
    await rounds.end()
    expect(some[0].errors).toEqual([measured[3].errors[4], measured[3].errors[7]])
    return measured.map(sensitivityOf)
  }
  const [together, inTurns] = [await figures(SAMPLES), await figures(3)]
  expect(together).toHaveLength(targets.length)
  for (const [i, one] of together.entries()) {
    expect(inTurns[i].mse / one.mse).toBeCloseTo(1, 9)
    expect(inTurns[i].chebyshev).toBe(one.chebyshev)
    expect(inTurns[i]['cosine-similarity']).toBeCloseTo(one['cosine-similarity'], 12)
  }
})

test('the most sensitive stand first, with the figures of the full ranking', async () => {
  const all = await measureSensitivity(options())
  expect(all.every(({ samples }) => samples === SAMPLES)).toBe(true)
  const lines: string[] = []
  const top = await measureSensitivity({ ...options(), top: TOP, reporter: listening(lines) })
  expect(top.slice(0, TOP)).toEqual(all.slice(0, TOP))
  expect(top.map(({ name }) => name).sort()).toEqual(all.map(({ name }) => name).sort())
  const sure = top.filter(({ samples }) => samples === SAMPLES).length
  expect(top.findIndex(({ samples }) => samples < SAMPLES)).toBe(sure)
  expect(lines.join()).toContain(`${sure} of ${all.length} were measured alone on ${SAMPLES} samples`)
})

test('no targets at all are no answer', async () => {
  await expect(measureSensitivity({ ...options(), top: 0 })).rejects.toMatchObject({ code: 'ARGUMENT_NUMBER' })
})

test('what was measured is kept beside the model of a build, by kind', async () => {
  const kept = join(folder, 'net_sensitivity.json')
  await keptSensitivity(options())
  expect(existsSync(kept)).toBe(false)

  writeFileSync(join(folder, 'net_report.json'), JSON.stringify({ model: 'net', weights: {} }))
  const lines: string[] = []
  const ask = (kind: 'activation' | 'weight', more: object = {}) =>
    keptSensitivity({ ...options(kind), reporter: listening(lines), ...more })
  const before = 'sensitivity of every activation was measured before'
  const top = await ask('activation', { top: TOP })
  expect(top.some(({ samples }) => samples < SAMPLES)).toBe(true)
  expect(lines).not.toContain(before)
  // JSON has no undefined.
  const written = (rows: unknown): unknown => JSON.parse(JSON.stringify(rows))
  expect(written(await ask('activation', { top: 1 }))).toEqual(written(top))
  expect(lines.splice(0)).toContain(before)

  // All on all samples is more than the first few.
  const all = await ask('activation')
  expect(lines).not.toContain(before)
  expect(all.every(({ samples }) => samples === SAMPLES)).toBe(true)
  const weights = await ask('weight')
  expect(weights.every(({ kind }) => kind === 'weight')).toBe(true)
  expect(written(await ask('activation'))).toEqual(written(all))
  expect(written(await ask('weight'))).toEqual(written(weights))
  expect(lines).toContain(before)
  const file = JSON.parse(readFileSync(kept, 'utf8')) as { targets: { kind: string }[] }
  expect(file.targets).toHaveLength(all.length + weights.length)

  // Behind the first two, others were looked at on fewer samples: three are looked for anew, although three were on all.
  rmSync(kept)
  await ask('activation', { top: TOP })
  lines.splice(0)
  await ask('activation', { top: TOP + 1 })
  expect(lines).not.toContain(before)
})
