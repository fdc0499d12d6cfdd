import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import { projectRoot } from '../../test/support/shared-data.ts'
import type { CalibrationConfig, ResolvedInput } from '../config/types.ts'
import { OpenMapperError } from '../errors.ts'
import { silent, type Reporter } from '../reporter.ts'
import { openSamples } from './open.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samples-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const CALIBRATION: CalibrationConfig = {
  type: 'default',
  maxPercentile: 1,
  perChannel: false,
  preprocessOn: false,
  optimization: [],
  biasCorrection: undefined,
  searchBudget: 0,
  int16: 'auto',
  runOnCpu: [],
  runOnBpu: [],
}

const SHAPE = [1, 3, 2, 4]
const PIXELS = Uint8Array.from({ length: 24 }, (_, i) => i * 10)

/** Write files into a folder below the test's own and return its path. */
function fill(name: string, files: Record<string, Uint8Array | string>): string {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content)
  return path
}

function input(calDataDir: string, fields: Partial<ResolvedInput> = {}): ResolvedInput {
  return resolvedInput({ shape: SHAPE, calDataDir, ...fields })
}

const floats = (values: ArrayLike<number>): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)

/** Code, message, what it looks like, advice: on one line. */
async function refusal(inputs: ResolvedInput[], calibration: Partial<CalibrationConfig> = {}): Promise<string> {
  try {
    const source = openSamples(inputs, { ...CALIBRATION, ...calibration }, silent)
    for (let i = 0; i < source.count; i++) await source.read(i)
  } catch (error) {
    if (!(error instanceof OpenMapperError)) throw error
    return `${error.code}: ${error.message}; ${error.detail ?? ''}; ${error.fix}`
  }
  return 'accepted'
}

async function read(inputs: ResolvedInput[], calibration: Partial<CalibrationConfig> = {}) {
  const warnings: string[] = []
  const reporter: Reporter = { ...silent, warn: (line) => void warnings.push(line) }
  const source = openSamples(inputs, { ...CALIBRATION, ...calibration }, reporter)
  const samples = []
  for (let i = 0; i < source.count; i++) samples.push(await source.read(i))
  return { source, samples, warnings }
}

describe('raw files', () => {
  test('uint8 by default, float32 in a folder ending in _f32: the same middle type', async () => {
    const bytes = await read([input(fill('rgb', { 'a.bin': PIXELS }))])
    const decimals = await read([input(fill('rgb_f32', { 'a.bin': floats(PIXELS) }))])
    const expected = Array.from(PIXELS, (value) => value - 128)
    for (const { samples } of [bytes, decimals]) expect(samples[0].get('data')!.numbers()).toEqual(expected)
    expect(bytes.warnings).toEqual([])
  })

  test('sorted by name, hidden files and folders left out', async () => {
    const path = fill('rgb', { 'b.bin': PIXELS, 'a.bin': PIXELS.map((value) => value + 1), '.DS_Store': 'x' })
    mkdirSync(join(path, 'more'))
    const { source, samples } = await read([input(path)])
    expect(source.names).toEqual(['a.bin', 'b.bin'])
    expect(samples[0].get('data')!.numbers()[0]).toBe(-127)
  })

  test("cal_data_type wins over the suffix, with the manual's warning", async () => {
    const path = fill('rgb', { 'a.bin': floats(PIXELS) })
    const { warnings, samples } = await read([input(path, { calDataType: 'float32' })])
    expect(warnings).toEqual([
      'The calibration dir name suffix is not the same as the value float32 of the parameter cal_data_type, the parameter setting will prevail',
    ])
    expect(samples[0].get('data')!.numbers()[23]).toBe(102)
  })

  test('featuremaps are float32 whatever the suffix', async () => {
    const feature = input(fill('feature', { 'a.bin': floats([0.5, -3]) }), {
      typeTrain: 'featuremap',
      typeRt: 'featuremap',
      shape: [1, 2],
    })
    expect((await read([feature])).samples[0].get('data')!.numbers()).toEqual([0.5, -3])
  })
})

describe('folders', () => {
  test('not given, missing, empty, folders only', async () => {
    expect(await refusal([resolvedInput()])).toMatch(/^DATA_NO_FOLDER: .*'data'.*cal_data_dir/)
    expect(await refusal([input(join(folder, 'nowhere'))])).toMatch(/^DATA_FOLDER_MISSING: .*nowhere.*02_preprocess/)
    expect(await refusal([input(fill('empty', {}))])).toMatch(/^DATA_EMPTY_FOLDER: /)
    fill('outer/inner', { 'a.bin': PIXELS })
    expect(await refusal([input(join(folder, 'outer'))])).toMatch(/^DATA_EMPTY_FOLDER: .*folders only: inner/)
  })
})

describe('wrong sizes say what they look like', () => {
  const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])
  test.each<[string, Uint8Array | string, Partial<ResolvedInput>, RegExp]>([
    [
      'float32 for uint8',
      floats(PIXELS),
      {},
      /has 96 bytes; .*needs 24 \(uint8 1x3x2x4\); 96 bytes are float32.*cal_data_type: float32/,
    ],
    [
      'uint8 for float32',
      PIXELS,
      { calDataType: 'float32' },
      /needs 96 .*24 bytes are uint8 1x3x2x4; set cal_data_type: uint8/,
    ],
    ['float64', new Uint8Array(192), {}, /float64 or int64/],
    ['three samples in one', new Uint8Array(72), {}, /holds 3 samples; write one file per sample/],
    ['nv12', new Uint8Array(12), {}, /nv12 picture of this size.*\(rgb\)/],
    ['gray', new Uint8Array(8), {}, /uint8 picture of this size with 1 channel\(s\), not 3/],
    ['another square', new Uint8Array(75), {}, /uint8 picture of 5 x 5; resize/],
    ['a picture', jpeg, {}, /looks like a JPEG picture; set preprocess_on: True/],
    ['a text file', 'name,author\n', {}, /looks like text/],
    ['an archive of arrays', 'PK\x03\x04'.padEnd(300), {}, /zip archive.*npz.*numpy\.save/],
    ['nothing', '', {}, /it is empty/],
    ['anything else', new Uint8Array(23), {}, /no multiple of this shape/],
  ])('%s', async (_, content, fields, expected) => {
    const path = fill('set', { '0.bin': fields.calDataType ? floats(PIXELS) : PIXELS, '1.bin': content })
    // Refused when opened, although the first file is right: nothing has been read yet.
    expect(() => openSamples([input(path, fields)], CALIBRATION, silent)).toThrow(OpenMapperError)
    const text = await refusal([input(path, fields)])
    expect(text).toMatch(/^DATA_SIZE: 1\.bin has /)
    expect(text).toMatch(expected)
  })
})

describe('.npy', () => {
  const golden = (name: string, as = name, fields: Partial<ResolvedInput> = {}): ResolvedInput[] => {
    const path = fill('npy', {})
    copyFileSync(join(projectRoot, 'test/golden/npy', name), join(path, as))
    return [input(path, fields)]
  }

  test.each(['uint8.npy', 'float32.npy', 'no_batch.npy', 'version2.npy'])('%s is parsed', async (name) => {
    const { samples } = await read(golden(name))
    expect(samples[0].get('data')!.numbers()).toEqual(Array.from({ length: 24 }, (_, i) => i - 128))
  })

  test('recognised by its content under another name', async () => {
    expect((await read(golden('uint8.npy', 'sample.bin'))).samples[0].get('data')!.numbers()[23]).toBe(-105)
  })

  test.each([
    ['float64.npy', {}, /DATA_NPY_DTYPE: .*dtype is <f8.*astype/],
    ['int64.npy', {}, /DATA_NPY_DTYPE: .*dtype is <i8/],
    ['big_endian.npy', {}, /DATA_NPY_DTYPE: .*dtype is >f4/],
    ['fortran.npy', {}, /DATA_NPY_ORDER: .*Fortran order; ; save numpy.ascontiguousarray/],
    ['nhwc.npy', {}, /DATA_NPY_SHAPE: .*1x2x4x3, the input is 1x3x2x4; ; the array is NHWC: .*transpose\(0, 3, 1, 2\)/],
    ['float32.npy', { calDataType: 'uint8' }, /DATA_NPY_DTYPE: .*dtype is float32, but cal_data_type is uint8/],
  ] as const)('%s is refused', async (name, fields, expected) => {
    expect(await refusal(golden(name, name, fields))).toMatch(expected)
  })

  test('cut off', async () => {
    const [sample] = golden('uint8.npy')
    writeFileSync(join(sample.calDataDir!, 'uint8.npy'), Buffer.from('\x93NUMPY\x01\x00', 'latin1'))
    expect(await refusal([sample])).toMatch(/DATA_NPY_DAMAGED/)
  })
})

describe('several inputs', () => {
  test('are matched in sorted order; odd names are told', async () => {
    const left = input(fill('l', { 'a.bin': PIXELS, 'b.bin': PIXELS }), { name: 'left' })
    const right = input(fill('r', { 'a.raw': PIXELS, 'c.raw': PIXELS }), { name: 'right' })
    const { samples, warnings } = await read([left, right])
    expect([...samples[1].keys()]).toEqual(['left', 'right'])
    expect(warnings).toEqual([expect.stringContaining("b.bin of 'left' goes with c.raw of 'right'")])
  })

  test('need the same number of files', async () => {
    const left = input(fill('l', { 'a.bin': PIXELS, 'b.bin': PIXELS }), { name: 'left' })
    const right = input(fill('r', { 'a.bin': PIXELS }), { name: 'right' })
    expect(await refusal([left, right])).toMatch(/^DATA_COUNT: input 'left' has 2 .*'right' has 1; 'right' has no b;/)
  })
})

describe('pictures (preprocess_on)', () => {
  const red = async (): Promise<Uint8Array> =>
    sharp({ create: { width: 9, height: 7, channels: 3, background: { r: 200, g: 30, b: 10 } } })
      .png()
      .toBuffer()

  test.each([
    ['rgb', [72, -98, -118]],
    ['bgr', [-118, -98, 72]],
  ] as const)('%s', async (typeTrain, expected) => {
    const sample = input(fill('pictures', { 'red.png': await red() }), { typeTrain, typeRt: typeTrain })
    const { samples } = await read([sample], { preprocessOn: true })
    const values = samples[0].get('data')!
    expect(values.shape).toEqual(SHAPE)
    expect([0, 8, 16].map((i) => values.numbers()[i])).toEqual(expected)
  })

  test('channels last, gray', async () => {
    const path = fill('pictures', { 'red.png': await red() })
    const nhwc = input(path, { layoutTrain: 'NHWC', shape: [1, 2, 4, 3] })
    expect((await read([nhwc], { preprocessOn: true })).samples[0].get('data')!.numbers().slice(0, 3)).toEqual([
      72, -98, -118,
    ])
    const gray = input(path, { typeTrain: 'gray', typeRt: 'gray', shape: [1, 1, 2, 4] })
    // .299 R + .587 G + .114 B = 78.6
    expect((await read([gray], { preprocessOn: true })).samples[0].get('data')!.numbers()[0]).toBe(79 - 128)
  })

  test('raw files and featuremaps are refused', async () => {
    const raw = input(fill('raw', { 'a.bin': PIXELS }))
    expect(await refusal([raw], { preprocessOn: true })).toMatch(
      /DATA_NOT_A_PICTURE: .*a.bin.*raw sample; set preprocess_on: False/,
    )
    const other = input(fill('text', { 'a.csv': 'a,b' }))
    expect(await refusal([other], { preprocessOn: true })).toMatch(/DATA_NOT_A_PICTURE: .*a.csv.*keep nothing but/)
    const feature = { ...raw, typeTrain: 'featuremap', typeRt: 'featuremap' } as const
    expect(await refusal([feature], { preprocessOn: true })).toMatch(/CONFIG_PICTURE_INPUT/)
  })

  test('a damaged picture names its file', async () => {
    const cut = (await red()).subarray(0, 60)
    expect(await refusal([input(fill('cut', { 'x.png': cut }))], { preprocessOn: true })).toMatch(
      /DATA_IMAGE_UNREADABLE/,
    )
  })
})

test('calibration_type skip: the same random samples every time, pixels as X_128', async () => {
  const inputs = [
    resolvedInput(),
    resolvedInput({ name: 'f', typeTrain: 'featuremap', typeRt: 'featuremap', shape: [2] }),
  ]
  const first = await read(inputs, { type: 'skip' })
  const again = await read(inputs, { type: 'skip' })
  expect(first.samples.map((sample) => sample.get('data')!.numbers())).toEqual(
    again.samples.map((sample) => sample.get('data')!.numbers()),
  )
  const values = first.samples.flatMap((sample) => sample.get('data')!.numbers())
  expect(values.every((value) => Number.isInteger(value) && value >= -128 && value <= 127)).toBe(true)
  expect(new Set(values).size).toBeGreaterThan(100)
})
