/** Ctrl-C during `openmapper evaluate`, and the same command again: as if nothing had happened. Needs dist/. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeBrightestChannel, writeBrightestModel } from '../support/brightest-channel.ts'
import { projectRoot } from '../support/shared-data.ts'

/** Shards hold 50 pictures: ten of them stand behind the first line of running accuracy, 110 more, seconds of work, are still to come. */
const COUNT = 6000
const compiled = existsSync(join(projectRoot, 'dist/bundle/openmapper.js'))

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'interrupted-'))))
afterAll(() => rmSync(folder, { recursive: true }))

interface Run {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Evaluate in a process group of its own; where asked, the group gets SIGINT at the first running accuracy, as from a terminal. */
function evaluate(paths: { card: string; data: string }, interrupt: boolean): Promise<Run> {
  const args = ['evaluate', '--card', paths.card, '--data', paths.data, '--model', 'net.onnx', '-p', '2', '--json']
  const child = spawn(process.execPath, [join(projectRoot, 'bin/openmapper.js'), ...args], {
    cwd: folder,
    detached: true,
    env: { ...process.env, NO_COLOR: '1' },
  })
  const run: Run = { exitCode: null, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const started = run.stderr.includes('Batch:')
    run.stderr += text
    if (interrupt && !started && run.stderr.includes('Batch:')) process.kill(-child.pid!, 'SIGINT')
  })
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ ...run, exitCode })))
}

/** What must not depend on interruptions: everything but the times. */
function resultOf(run: Run): object {
  expect(run).toMatchObject({ exitCode: 0 })
  const { seconds: _, milliseconds: __, ...result } = JSON.parse(run.stdout) as Record<string, unknown>
  return result
}

const lines = ({ stderr }: Run): string[] => stderr.match(/Batch:\d+.*/g) ?? []

test.skipIf(!compiled || process.platform === 'win32')(
  'an evaluation goes on where Ctrl-C stopped it',
  { timeout: 180_000 },
  async () => {
    const paths = writeBrightestChannel(folder, COUNT)
    writeBrightestModel(join(folder, 'net.onnx'), 'original')
    const journal = join(folder, 'net_eval.resume')
    const log = join(folder, 'net_eval.log')

    const whole = await evaluate(paths, false)
    expect(resultOf(whole)).toMatchObject({ n: COUNT, metrics: { top1: 0.9, top5: 1 } })
    expect(existsSync(journal)).toBe(false)
    const wholeLog = readFileSync(log, 'utf8')
    expect(wholeLog.split('\n')).toHaveLength(COUNT + 1)
    rmSync(log)

    const stopped = await evaluate(paths, true)
    expect(stopped).toMatchObject({ exitCode: 130, stdout: '' })
    expect(stopped.stderr).toMatch(/fix: {3}run the same command again: it goes on where it stopped/)
    expect(existsSync(log)).toBe(false)

    const resumed = await evaluate(paths, false)
    const done = Number(/going on where the last run was interrupted: (\d+) of 6000 pictures/.exec(resumed.stderr)?.[1])
    expect(done).toBeGreaterThanOrEqual(500)
    expect(done).toBeLessThan(COUNT)
    expect(resultOf(resumed)).toEqual(resultOf(whole))
    expect(lines(resumed)).toEqual(lines(whole))
    expect(readFileSync(log, 'utf8')).toBe(wholeLog)
    expect(existsSync(journal)).toBe(false)
  },
)
