/** Damaged Caffe files end in a model or in an error a user can read; never in an exception of ours, never late. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CAFFE_SEEDS, damagedText, digestCaffe } from '../../test/support/fuzz-caffe.ts'
import { damaged } from '../../test/support/mutate.ts'

const RUNS = Number(process.env['OPENMAPPER_FUZZ_RUNS'] ?? 300)
const parameters = { numRuns: RUNS, ...(process.env['OPENMAPPER_FUZZ_RUNS'] === undefined ? { seed: 1 } : {}) }

test.each(CAFFE_SEEDS)('a damaged prototxt: $name', ({ prototxt, caffemodel }) => {
  expect(digestCaffe(prototxt, caffemodel)).toBe('no error')
  const answers = new Set<string>()
  fc.assert(
    fc.property(fc.oneof(damagedText(prototxt), damaged(prototxt)), (broken) => {
      answers.add(digestCaffe(broken, caffemodel).split('\n')[0])
    }),
    parameters,
  )
  // the damage reaches past the parser
  expect(answers.size).toBeGreaterThan(4)
})

test.each(CAFFE_SEEDS)('a damaged caffemodel: $name', ({ prototxt, caffemodel }) => {
  const answers = new Set<string>()
  fc.assert(
    fc.property(damaged(caffemodel), (broken) => {
      answers.add(digestCaffe(prototxt, broken).split('\n')[0])
    }),
    parameters,
  )
  expect(answers.size).toBeGreaterThan(2)
})

test('every shorter file', () => {
  const { prototxt, caffemodel } = CAFFE_SEEDS[3]
  for (let length = 0; length < prototxt.length; length += 3) digestCaffe(prototxt.subarray(0, length), caffemodel)
  for (let length = 0; length < caffemodel.length; length++) {
    expect(digestCaffe(prototxt, caffemodel.subarray(0, length))).toContain('READ_CAFFE')
  }
})
