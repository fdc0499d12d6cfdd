/** Mistakes as users make them, on the compiled commands: one screen, the cause, the fix, no stack trace, a failing exit code. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ModelProto, ModelProtoSchema } from '../../src/onnx/gen/onnx_pb.ts'
import { projectRoot } from '../support/shared-data.ts'

const ready = existsSync(join(projectRoot, 'dist/bundle/openmapper.js'))
const NETWORK = join(projectRoot, 'zoo/03_classification/12_resnet20_cifar10/openmapper_resnet20_cifar10.onnx')
const SCREEN = 25
const BYTES = 3 * 32 * 32

const YAML = `model_parameters:
  onnx_model: './net.onnx'
  march: 'bayes'
  working_dir: 'out'
input_parameters:
  input_name: 'image'
  input_type_train: 'rgb'
  input_layout_train: 'NCHW'
  input_type_rt: 'rgb'
  norm_type: 'data_mean_and_scale'
  mean_value: '125.307 122.950 113.865'
  scale_value: '0.0158747797 0.0161059125 0.0149913800'
calibration_parameters:
  cal_data_dir: './samples'
  cal_data_type: 'uint8'
`

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bad-input-'))
  cpSync(NETWORK, join(folder, 'net.onnx'))
  const bytes = readFileSync(NETWORK)
  writeFileSync(join(folder, 'truncated.onnx'), bytes.subarray(0, bytes.length - 1000))
  writeFileSync(join(folder, 'page.onnx'), '<!DOCTYPE html><html><title>404</title></html>')
  changed('opset.onnx', (model) => (model.opsetImport[0].version = 99n))
  changed('domain.onnx', (model) => (model.graph!.node[3].domain = 'com.acme'))
  changed('open.onnx', (model) => {
    const { value } = model.graph!.input[0].type!
    if (value.case !== 'tensorType') throw new Error('the input is a tensor')
    for (const dim of value.value.shape!.dim) dim.value = { case: 'dimParam', value: 'n' }
  })
  samples('samples', 'a.rgb', Buffer.alloc(BYTES, 7))
  samples('short', 'a.rgb', Buffer.alloc(BYTES - 5, 7))
  samples('double', 'a.npy', npy("'<f8', 'fortran_order': False", 8 * BYTES))
  samples('fortran', 'a.npy', npy("'|u1', 'fortran_order': True", BYTES))
  mkdirSync(join(folder, 'empty'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function changed(name: string, change: (model: ModelProto) => void): void {
  const model = fromBinary(ModelProtoSchema, readFileSync(NETWORK))
  change(model)
  writeFileSync(join(folder, name), toBinary(ModelProtoSchema, model))
}

function samples(name: string, file: string, content: Uint8Array): void {
  mkdirSync(join(folder, name))
  writeFileSync(join(folder, name, file), content)
}

function npy(kind: string, size: number): Buffer {
  const text = `{'descr': ${kind}, 'shape': (1, 3, 32, 32), }`.padEnd(117) + '\n'
  const head = Buffer.from(`\x93NUMPY\x01\x00v\x00${text}`, 'latin1')
  return Buffer.concat([head, Buffer.alloc(size, 1)])
}

interface Answer {
  status: number | null
  text: string
}

function run(program: 'openmapper' | 'hb_mapper', args: readonly string[]): Promise<Answer> {
  const child = spawn(process.execPath, [join(projectRoot, 'bin', `${program}.js`), ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, text })))
}

/** The error alone: what the log said before it does not count as part of the screen. */
function errorOf({ text }: Answer): string {
  return text.slice(text.indexOf('ERROR '))
}

let yamls = 0
function build(change: (yaml: string) => string): Promise<Answer> {
  const file = `config${yamls++}.yaml`
  writeFileSync(join(folder, file), change(YAML))
  return run('openmapper', ['build', '-c', file])
}

const check = (...args: string[]): Promise<Answer> => run('hb_mapper', ['checker', '--march', 'bayes', ...args])

const swap = (from: string, to: string) => () => build((yaml) => yaml.replace(from, to))

const MISTAKES: [name: string, act: () => Promise<Answer>, cause: RegExp, fix: RegExp][] = [
  ['a model that is not there', () => check('--model', 'nett.onnx'), /nett\.onnx/, /net\.onnx/],
  ['a truncated model', () => check('--model', 'truncated.onnx'), /cut off|truncated|ends/i, /again|copy|download/i],
  ['HTML saved as .onnx', () => check('--model', 'page.onnx'), /HTML/, /download/i],
  ['an unknown opset', () => check('--model', 'opset.onnx'), /opset 99/, /export/i],
  ['an unknown operator domain', () => check('--model', 'domain.onnx'), /com\.acme/, /\w/],
  ['open dimensions', () => check('--model', 'open.onnx'), /image/, /--input-shape|input_shape/],
  ['samples of the wrong size', swap('./samples', './short'), /a\.rgb.*3067|3067.*bytes/s, /samples|cal_data|shape/],
  ['.npy of the wrong type', swap('./samples', './double'), /float64|<f8/, /uint8|float32/],
  ['.npy in Fortran order', swap('./samples', './fortran'), /Fortran/, /ascontiguousarray|C order|order/],
  ['an empty folder', swap('./samples', './empty'), /empty.*config\d+\.yaml:14:17/s, /preprocess|samples/],
  ['a folder that is not there', swap('./samples', './nowhere'), /nowhere/, /preprocess|path/],
  ['a typo in a key', swap('mean_value', 'mean_valeu'), /config\d+\.yaml:11:3/, /correct/],
  ['a tab', swap("  march: 'bayes'", "\tmarch: 'bayes'"), /[Tt]ab.*spaces/s, /correct/],
  ['a typo in the march', swap("'bayes'", "'bayse'"), /bayse.*did you mean 'bayes'/s, /correct|line/],
  ['the layouts swapped', swap('NCHW', 'NHWC'), /NHWC.*config\d+\.yaml:8:23/s, /NCHW|input_layout_train/],
  ['two means for three channels', swap("'125.307 122.950 113.865'", "'125.3 122.9'"), /mean_value/, /correct/],
  ['a number that is none', swap('125.307', 'x125'), /mean_value/, /\w/],
  [
    'nv12 of an odd size',
    () =>
      build((yaml) =>
        yaml.replace("rt: 'rgb'", "rt: 'nv12'").replace("name: 'image'", "name: 'image'\n  input_shape: '1x3x33x32'"),
      ),
    /33|even/,
    /\w/,
  ],
  [
    'half of a Caffe model',
    () => run('hb_mapper', ['checker', '--model-type', 'caffe', '--model', 'net.caffemodel']),
    /two files.*prototxt/s,
    /--proto/,
  ],
  ['an unknown option', () => run('openmapper', ['build', '-c', 'x.yaml', '--form', 'quantize']), /--form/, /--from/],
  ['an unknown command', () => run('openmapper', ['biuld']), /biuld/, /build/],
  ['a command without its option', () => run('openmapper', ['evaluate']), /--card/, /--help/],
  ['a configuration that is not there', () => run('openmapper', ['build', '-c', 'no.yaml']), /no\.yaml/, /init/],
]

describe.skipIf(!ready)('mistakes', { timeout: 60_000 }, () => {
  test.concurrent.each(MISTAKES)('%s', async (_, act, cause, fix) => {
    const answer = await act()
    const error = errorOf(answer)
    expect(answer.status).toBeGreaterThan(0)
    expect(error).toMatch(cause)
    expect(error).toMatch(/^ {2}fix: /m)
    expect(error.slice(error.indexOf('fix:'))).toMatch(fix)
    expect(error).not.toMatch(/^ {4}at .*\d+:\d+\)?$/m)
    expect(error.split('\n').length).toBeLessThanOrEqual(SCREEN)
    expect(existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : []).toEqual([])
  })
})
