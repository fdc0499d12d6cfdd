/** `openmapper tune` as a user runs it, interrupted and not; the YAML it writes; `accuracy_target`. Needs dist/. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeBrightestChannel, writeBrightestSource } from '../support/brightest-channel.ts'
import { projectRoot } from '../support/shared-data.ts'

const program = join(projectRoot, 'bin/openmapper.js')
const compiled = existsSync(join(projectRoot, 'dist/bundle/openmapper.js'))
const PLAIN = { ...process.env, NO_COLOR: '1' }
const COUNT = 60

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tune-'))
  writeBrightestChannel(folder, COUNT)
  // Half of all values are above this threshold.
  writeBrightestSource(folder, { calibration_type: 'max', max_percentile: '0.5' })
})
afterAll(() => rmSync(folder, { recursive: true }))

const TUNE = ['tune', '--card', 'model.yaml', '--data', 'data', '--target-drop', '1%', '--json']

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8', env: PLAIN })
}

/** Send SIGINT to the process group when a word appears in the log, as a terminal does. */
function interrupted(word: string, ...args: string[]): Promise<{ exitCode: number | null; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, detached: true, env: PLAIN })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const started = stderr.includes(word)
    stderr += text
    if (!started && stderr.includes(word)) process.kill(-child.pid!, 'SIGINT')
  })
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, stderr })))
}

/** Digests of the models of the build. */
function models(): Record<string, string> {
  const names = readdirSync(join(folder, 'out')).filter((name) => name.endsWith('.onnx'))
  const digest = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, 'out', name)))
      .digest('hex')
  return Object.fromEntries(names.map((name) => [name, digest(name)]))
}

interface Trial {
  what: string
  seconds: number
}
/** What must not depend on interruptions: everything but the times. */
function resultOf({ status, stdout, stderr }: ReturnType<typeof run>): { trials: object[]; [key: string]: unknown } {
  expect({ status, stderr }).toMatchObject({ status: 0 })
  const { trials, ...result } = JSON.parse(stdout) as { trials: Trial[] }
  return { ...result, trials: trials.map(({ seconds: _, ...trial }) => trial) }
}

describe.skipIf(!compiled || process.platform === 'win32')('tune', { timeout: 240_000 }, () => {
  test('a threshold that clips is found, and the YAML makes the same files', async () => {
    const stopped = await interrupted('Trial 1', ...TUNE)
    expect(stopped).toMatchObject({ exitCode: 130 })
    expect(stopped.stderr).toContain('Ceilings on the')
    expect(existsSync(join(folder, 'net_tuned.yaml'))).toBe(false)
    expect(JSON.parse(readFileSync(join(folder, 'out/net_tune.json'), 'utf8'))).not.toHaveProperty('result')

    const second = run(...TUNE)
    expect(second.stderr).toContain('going on where the last tuning was interrupted')
    const resumed = resultOf(second)
    expect(resumed).toMatchObject({
      isMet: true,
      metric: 'Top-1',
      pictures: COUNT,
      float: 0.9,
      after: 0.9,
      remains: [],
    })
    expect(resumed['before']).toBeLessThan(0.8)
    expect(resumed['changes']).toEqual([['bright', { threshold: expect.closeTo(255, -1), bits: 8 }]])
    expect(resumed.trials.map((trial) => (trial as Trial).what)).toEqual([
      'float',
      'INT8 as built',
      'ceiling: all int16',
      expect.stringMatching(/^other threshold.*: bright$/),
      'confirm on all',
    ])
    const tuned = models()
    const yaml = readFileSync(join(folder, 'net_tuned.yaml'), 'utf8')
    expect(yaml).toMatch(
      /^# Written by openmapper tune\. Top-1 float 90\.00 %, INT8 90\.00 % on 60 pictures\.\n+# Of this test\./,
    )
    expect(existsSync(join(folder, 'out/net_tune'))).toBe(false)
    expect(readFileSync(join(folder, 'out/report.html'), 'utf8')).toContain('"what":"confirm on all"')

    rmSync(join(folder, 'out'), { recursive: true })
    rmSync(join(folder, 'net_tuned.yaml'))
    expect(resultOf(run(...TUNE))).toEqual(resumed)
    expect(models()).toEqual(tuned)
    expect(readFileSync(join(folder, 'net_tuned.yaml'), 'utf8')).toBe(yaml)

    rmSync(join(folder, 'out'), { recursive: true })
    expect(run('build', '-c', 'net_tuned.yaml')).toMatchObject({ status: 0 })
    expect(models()).toEqual(tuned)
  })

  test('what cannot be done is said before any work', () => {
    const [, , , , , , , ...json] = TUNE
    expect(run('tune', '--card', 'model.yaml', '--data', 'data', '--target-drop', '0.5', ...json)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/takes percentage points like 0.5%, not '0.5'[\s\S]*write --target-drop 0.5%/),
    })
    expect(run('tune', '-c', 'brightest.yaml', '--target-drop', '1%').stderr).toContain('give --card model.yaml')
    const other = TUNE.map((word) => (word === '1%' ? '2%' : word))
    expect(run(...other, '--memory-budget', '20').stderr).toContain(
      'a memory budget of 20 MB has no room for an evaluation',
    )
  })
})

describe.skipIf(!compiled)('accuracy_target', { timeout: 120_000 }, () => {
  let own: string
  beforeAll(() => (own = mkdtempSync(join(tmpdir(), 'target-'))))
  afterAll(() => rmSync(own, { recursive: true }))
  const build = (): ReturnType<typeof run> =>
    spawnSync(process.execPath, [program, 'build', '-c', 'brightest.yaml'], { cwd: own, encoding: 'utf8', env: PLAIN })

  test('a build goes on until it is met; without a card it says what is missing', () => {
    writeBrightestChannel(own, 20)
    writeBrightestSource(own, { calibration_type: 'max', accuracy_target: '1%' })
    expect(build().stderr).toMatch(
      /accuracy_card, the model card, is missing[\s\S]*brightest.yaml:8:\d+[\s\S]*add accuracy_card/,
    )
    rmSync(join(own, 'calibration'), { recursive: true })
    const target = { accuracy_target: '1%', accuracy_card: 'model.yaml', accuracy_data: 'data' }
    writeBrightestSource(own, { calibration_type: 'max', ...target })
    const { status, stdout } = build()
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('The target is met') })
    expect(existsSync(join(own, 'net_tuned.yaml'))).toBe(false)
  })
})
