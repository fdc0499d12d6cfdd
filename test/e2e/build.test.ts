/** The compiled build on the bundled network: the same bytes every time, from every stage, and nothing half-written. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../support/shared-data.ts'
import { generator } from '../support/random.ts'

const PROGRAM = join(projectRoot, 'bin/openmapper.js')
const NETWORK = join(projectRoot, 'zoo/03_classification/12_resnet20_cifar10/openmapper_resnet20_cifar10.onnx')
const ready = existsSync(join(projectRoot, 'dist/bundle/openmapper.js'))
const env = { ...process.env, NO_COLOR: '1' }

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'))
  cpSync(NETWORK, join(folder, 'net.onnx'))
  mkdirSync(join(folder, 'samples'))
  const next = generator(9)
  for (let i = 0; i < 8; i++) {
    const pixels = Uint8Array.from({ length: 3 * 32 * 32 }, (_, k) => 100 + 80 * Math.sin(k / (20 + i)) + 40 * next())
    writeFileSync(join(folder, 'samples', `${i}.rgb`), pixels)
  }
  for (const name of ['first', 'second', 'stopped']) {
    writeFileSync(
      join(folder, `${name}.yaml`),
      `model_parameters: { onnx_model: net.onnx, march: bayes, working_dir: ${name}, output_model_file_prefix: net }
input_parameters:
  input_type_train: rgb
  input_layout_train: NCHW
  input_type_rt: nv12
  norm_type: data_mean_and_scale
  mean_value: 125.307 122.950 113.865
  scale_value: 0.0158747797 0.0161059125 0.0149913800
calibration_parameters: { cal_data_dir: samples, cal_data_type: uint8 }
`,
    )
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

function build(name: string, ...args: string[]): string {
  const command = [PROGRAM, 'build', '-c', `${name}.yaml`, '--json', ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8', env })
  expect({ status, stderr }).toMatchObject({ status: 0 })
  return stdout
}

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

/** Digest of every model in a working_dir. */
function artefacts(name: string): Map<string, string> {
  const names = readdirSync(join(folder, name)).filter((file) => file.endsWith('.onnx'))
  return new Map(names.map((file) => [file, md5(readFileSync(join(folder, name, file)))]))
}

describe.skipIf(!ready)('build', { timeout: 120_000 }, () => {
  test('gives the same bytes every time and from every stage', () => {
    const printed = JSON.parse(build('first')) as { verdict: { level: string }; files: Record<string, string> }
    expect(printed.verdict.level).toBe('good')
    expect(Object.keys(printed.files)).toEqual(['original', 'optimized', 'calibrated', 'quantized'])
    const files = artefacts('first')
    expect(files.size).toBe(4)
    build('second')
    expect(artefacts('second')).toEqual(files)
    const page = readFileSync(join(folder, 'first/report.html'), 'utf8')
    expect(page).toContain('"histograms":{"model"')
    expect(page).toContain('"reason":"comes after the last Conv before an output or a CPU operator')
    for (const stage of ['optimize', 'calibrate', 'quantize', 'compile']) {
      const { verdict } = JSON.parse(build('first', '--from', stage)) as typeof printed
      expect(verdict).toEqual(printed.verdict)
      expect({ stage, files: artefacts('first') }).toEqual({ stage, files })
    }
  })

  test('Ctrl-C stops it with 130 and leaves no half-written file', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'build', '-c', 'stopped.yaml'], { cwd: folder, env })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('Start to calibrate')) child.kill('SIGINT')
    })
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
    const status = await new Promise((resolve) => child.on('close', resolve))
    expect({ status, text }).toMatchObject({ status: 130 })
    expect(text).toMatch(/stopped/)
    const left = readdirSync(join(folder, 'stopped'))
    expect(left.sort()).toEqual(['net_optimized_float_model.onnx', 'net_original_float_model.onnx'])
  })
})
