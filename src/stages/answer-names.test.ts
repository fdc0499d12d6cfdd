import { expect, test } from 'vitest'
import { classNames } from '../datasets/open.ts'
import { Tensor } from '../ir/tensor.ts'
import { answerNames } from './answer-names.ts'

const names = classNames('cityscapes', undefined)!

test.each([
  ['logits', [1, 19, 2, 3], [0, 18], true],
  ['logits', [1, 2, 3, 19], [0, 18], true],
  ['logits', [1, 5, 2, 3], [0, 4], false],
  ['logits', [1, 2, 3, 21], [0, 4], false],
  ['mask', [1, 1, 2, 3], [0, 1], false],
  ['class_map', [1, 2, 3], [0, 18, 255], true],
  ['class_map', [1, 2, 3], [0, 19], false],
])('%s of %j has the names of the data set: %#', (decoder, shape, labels, expected) => {
  const card = { task: 'segmentation', decoder: { name: decoder, params: {} }, outputs: [] } as const
  const mask = { width: labels.length, height: 1, labels: Uint8Array.from(labels) }
  const outputs = new Map([['scores', Tensor.float32(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)))]])
  const found = answerNames(card, names, { prediction: { kind: 'mask', mask }, outputs })
  expect(found).toEqual(expected ? names : undefined)
})

test('other tasks keep their names', () => {
  const card = { task: 'classification', decoder: undefined, outputs: [] } as const
  expect(answerNames(card, names, { prediction: { kind: 'classes', ranked: [] }, outputs: new Map() })).toBe(names)
})
