import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeBrightestChannel } from '../../test/support/brightest-channel.ts'
import { loadCard } from '../cards/load.ts'
import { silent } from '../reporter.ts'
import { preprocessImages } from './preprocess.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preprocess-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('writes raw planes of the training batch, one file per picture', async () => {
  const { card, data } = writeBrightestChannel(folder, 20)
  const lines: string[] = []
  const target = join(folder, 'calibration_data_rgb')
  const result = await preprocessImages({
    card: loadCard(card),
    source: data,
    target,
    typeTrain: 'rgb',
    limit: 5,
    tellFiles: true,
    reporter: { ...silent, info: (line) => lines.push(line) },
  })
  expect(result).toEqual({ folder: target, count: 5 })
  const names = readdirSync(target)
  expect(names).toEqual([0, 1, 2, 3, 4].map((i) => `train_0000${i}.rgb`))
  const summary = `5 files of uint8 1x3x32x32 (rgb) in ${target}`
  expect(lines).toEqual(['regular preprocess', ...names.map((name) => `write:${join(target, name)}`), summary])
  const second = readFileSync(join(target, names[1]))
  expect([second.length, second[0], second[1024], second[2048]]).toEqual([3072, 21, 200, 21])
})

test('warns of files of an earlier run', async () => {
  const { card, data } = writeBrightestChannel(folder, 24)
  const options = { card: loadCard(card), source: data, target: join(folder, 'data_rgb'), typeTrain: 'rgb' as const }
  const warnings: string[] = []
  const reporter = { ...silent, warn: (line: string) => warnings.push(line) }
  await preprocessImages({ ...options, limit: 24, reporter })
  expect(warnings).toEqual([])
  await preprocessImages({ ...options, limit: 20, reporter })
  expect(warnings).toEqual([
    `${options.target} holds 4 other files, which the build reads too: train_00020.rgb, train_00021.rgb, train_00022.rgb, ...`,
  ])
})

test('gives the folder of float pixels the suffix the build reads', async () => {
  const { card, data } = writeBrightestChannel(folder, 3)
  const chain = [
    { name: 'HWC2CHWTransformer', params: {} },
    { name: 'ScaleTransformer', params: { scale_value: 2 } },
  ]
  const result = await preprocessImages({
    card: { ...loadCard(card), preprocess: { calibration: chain, inference: chain } },
    source: data,
    target: join(folder, 'data_rgb'),
    typeTrain: 'rgb',
    limit: 10,
    reporter: silent,
  })
  expect(result).toEqual({ folder: join(folder, 'data_rgb_f32'), count: 3 })
  const second = readFileSync(join(result.folder, 'train_00001.rgb'))
  expect([second.length, second.readFloatLE(0), second.readFloatLE(4 * 1024)]).toEqual([4 * 3072, 42, 400])
})

test('names the place and the remedy when there are no pictures', async () => {
  const { card } = writeBrightestChannel(folder, 1)
  const options = {
    card: loadCard(card),
    source: join(folder, 'none'),
    target: folder,
    typeTrain: 'rgb' as const,
    limit: 1,
  }
  await expect(preprocessImages({ ...options, reporter: silent })).rejects.toMatchObject({
    code: 'DATA_NO_PICTURES',
    message: expect.stringContaining('does not exist'),
    fix: expect.stringContaining('fetch cifar10'),
  })
})

test.each<[string, number, readonly number[] | undefined, string[]]>([
  ['enough pictures of the input shape', 20, [1, 3, 32, 32], []],
  ['a shape that the YAML leaves open', 20, undefined, []],
  [
    'few pictures',
    19,
    [1, 3, 32, 32],
    ['only 19 calibration samples: about 100 are recommended; with so few the ranges may be too narrow'],
  ],
  [
    'a model that takes four at once',
    20,
    [4, 3, 32, 32],
    [
      'the build will refuse these files: the input takes 4 pictures at once, each file holds one: export the model with batch 1',
    ],
  ],
  [
    'another size',
    20,
    [1, 3, 64, 64],
    [
      'the build will refuse these files: the input is 1x3x64x64, the pictures become 1x3x32x32: correct the transformers of the card, or input_shape',
    ],
  ],
])('warns of what the build will not like: %s', async (_, count, inputShape, expected) => {
  const { card, data } = writeBrightestChannel(folder, count)
  const warnings: string[] = []
  await preprocessImages({
    card: loadCard(card),
    source: data,
    target: join(folder, 'data_rgb'),
    typeTrain: 'rgb',
    inputShape,
    limit: 100,
    reporter: { ...silent, warn: (line) => warnings.push(line) },
  })
  expect(warnings).toEqual(expected)
})
