import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../../test/support/shared-data.ts'
import { openCalibrationPictures } from './calibration-pictures.ts'
import { openCifar10 } from './cifar10.ts'

const golden = (name: string): string => join(projectRoot, 'test/golden/cifar10', name)

let root = ''
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'cifar10-python-'))))
afterAll(() => rmSync(root, { recursive: true }))

/** A folder with one batch: a golden file, or bytes. */
function folderOf(batch: string | Uint8Array, name = 'test_batch'): string {
  const folder = mkdtempSync(join(root, 'set-'))
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  if (typeof batch === 'string') copyFileSync(golden(batch), path)
  else writeFileSync(path, batch)
  return folder
}

const open = (folder: string) => openCifar10(folder, 'test', 'pil')

/** Pictures of a folder, or the code of the error. */
function outcome(folder: string): string {
  try {
    return `${open(folder).count} pictures`
  } catch (error) {
    return (error as { code: string }).code
  }
}

/** The rule of make_batches.py, as HWC. */
function expected(image: number): number[] {
  return Array.from({ length: 3072 }, (_, at) => {
    const j = (at % 3) * 1024 + Math.floor(at / 3)
    return (7 * image + Math.floor(j / 8) + (j % 5)) % 256
  })
}

const WRITERS = [
  'python2',
  ...[2, 3, 4].flatMap((protocol) => [`protocol${protocol}_str`, `protocol${protocol}_bytes`]),
  'fortran',
]
test.each(WRITERS)('labels and pixels of %s', async (name) => {
  const dataset = open(folderOf(name))
  expect(dataset.count).toBe(3)
  for (const [index, classId] of [6, 9, 0].entries()) {
    const sample = dataset.sample(index)
    expect(await sample.truth()).toEqual({ kind: 'class', classId })
    const image = await sample.image()
    expect(image.shape).toEqual([32, 32, 3])
    expect([...image.data]).toEqual(expected(index))
  }
})

test.each(['', 'cifar-10-batches-py/'])("batches in '%s' score and calibrate", (below) => {
  expect(open(folderOf('python2', `${below}test_batch`)).count).toBe(3)
  expect(openCalibrationPictures('cifar10', folderOf('python2', `${below}data_batch_1`), 'pil').count).toBe(3)
})

test('the folder of the binary archive is looked into, too', () => {
  expect(open(folderOf(new Uint8Array(2 * 3073), 'cifar-10-batches-bin/test_batch.bin')).count).toBe(2)
})

describe('anything else is refused with the file and what belongs there', () => {
  const refusal = (message: string | RegExp) =>
    expect.objectContaining({
      code: 'DATA_DATASET_MISMATCH',
      message: expect.stringMatching(message),
      where: expect.stringMatching(/test_batch$/),
      fix: expect.stringContaining('cifar-10-python.tar.gz'),
    })

  test.each([
    ['float', /dtype 'f4', expected is uint8/],
    ['narrow', /shape 3 x 8, expected is images x 3072/],
    ['two_labels', /2 labels stand beside 3 images/],
    ['list', /holds no dict/],
    ['protocol5', /pickle protocol 5, known are 2 to 4/],
  ])('%s', (name, message) => {
    expect(() => open(folderOf(name))).toThrow(refusal(message))
  })

  test('a label that is no class', () => {
    expect(() => open(folderOf('label_10'))).toThrow(/not a list of class numbers 0\.\.9/)
  })

  test('a file cut short anywhere', () => {
    const whole = readFileSync(golden('python2'))
    expect(() => open(folderOf(whole.subarray(0, 5000)))).toThrow(refusal(/ends early, at byte 5000/))
    const folder = folderOf('python2')
    for (const length of [...Array(60).keys(), ...Array.from({ length: 60 }, (_, i) => whole.length - 1 - i)]) {
      writeFileSync(join(folder, 'test_batch'), whole.subarray(0, length))
      expect(() => open(folder)).toThrow(refusal(/^not a batch/))
    }
  })

  test('damaged bytes never end in anything but a refusal or a batch', () => {
    const whole = readFileSync(golden('protocol4_bytes'))
    const folder = folderOf('protocol4_bytes')
    for (let at = 0; at < 320; at++) {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] + 1 + 37 * at) % 256
      writeFileSync(join(folder, 'test_batch'), bytes)
      expect(outcome(folder)).toMatch(/^(3 pictures|DATA_[A-Z_]+)$/)
    }
  })

  test.each([
    ['protocol 2', `\x80\x02cos\nsystem\n(X\x02\x00\x00\x00idtR.`, 'os.system'],
    ['protocol 4', '\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.', 'os.system'],
    ['builtins', '\x80\x02c__builtin__\neval\n(X\x01\x00\x00\x001tR.', '__builtin__.eval'],
  ])('a global that would run something, %s', (_, program, name) => {
    expect(() => open(folderOf(Buffer.from(program, 'latin1')))).toThrow(refusal(`it asks for ${name}`))
  })

  test.each([
    ['INST', '\x80\x02(ios\nsystem\n.', /opcode 0x69 at byte 3/],
    ['text protocol 0', '(dp0\n.', /no pickle of protocol 2 to 4/],
    ['an empty file', '', /no pickle/],
    ['a dict without data', '\x80\x02}.', /no NumPy array 'data'/],
    ['a call of what is not callable', '\x80\x02}(tR.', /damaged/],
    ['nothing on the stack', '\x80\x02.', /damaged/],
  ])('%s', (_, program, message) => {
    expect(() => open(folderOf(Buffer.from(program, 'latin1')))).toThrow(refusal(message))
  })
})
