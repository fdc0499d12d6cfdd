import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { told } from '../../test/support/told.ts'
import { openMnist } from './mnist.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mnist-'))
  // two pictures of 2 x 3
  const head = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3]
  writeFileSync(
    join(folder, 't10k-images-idx3-ubyte'),
    Uint8Array.from([...head, ...Array.from({ length: 12 }, (_, i) => 20 * i)]),
  )
  writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 3))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('pictures in three equal channels, and their classes', async () => {
  const mnist = openMnist(folder, 'test', 'opencv')
  expect(mnist.count).toBe(2)
  const sample = mnist.sample(1)
  expect(sample.id).toBe('test_00001')
  expect(await sample.truth()).toEqual({ kind: 'class', classId: 3 })
  const image = await sample.image()
  expect(image.shape).toEqual([2, 3, 3])
  expect([...image.data]).toEqual([120, 140, 160, 180, 200, 220].flatMap((pixel) => [pixel, pixel, pixel]))
})

test('what is missing or damaged', () => {
  expect(told(() => openMnist(folder, 'train', 'pil'))).toMatch(
    /DATA_DATASET_INCOMPLETE\nthere is no train-images.*openmapper fetch mnist/s,
  )
  const path = join(folder, 'train-images-idx3-ubyte')
  writeFileSync(path, 'gzip')
  expect(told(() => openMnist(folder, 'train', 'pil'))).toContain('DATA_DATASET_MISMATCH')
})
