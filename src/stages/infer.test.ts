import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeBrightestChannel, writeBrightestModel } from '../../test/support/brightest-channel.ts'
import type { Card } from '../cards/card.ts'
import { loadCard } from '../cards/load.ts'
import { predictionLines } from '../report/prediction-lines.ts'
import { inferPicture, type PictureChoice } from './infer.ts'

let folder: string
let card: Card
let data: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'infer-'))
  const paths = writeBrightestChannel(folder, 12)
  card = loadCard(paths.card)
  data = paths.data
  writeBrightestModel(join(folder, 'model.onnx'), 'quantized')
})
afterAll(() => rmSync(folder, { recursive: true }))

const infer = (picture: PictureChoice, used: Card = card) =>
  inferPicture({ card: used, model: join(folder, 'model.onnx'), picture })

test('classifies a picture of the data set', async () => {
  const result = await infer({ sample: 9, data })
  expect(result).toMatchObject({ picture: 'test_00009', truth: { kind: 'class', classId: 1 } })
  const lines = predictionLines(result.prediction, result.names, 0)
  expect(lines).toHaveLength(5)
  expect(lines[0]).toBe('label 0, prob 1.00000, class [airplane]')
})

test('classifies a picture file', async () => {
  const file = join(folder, 'blue.png')
  await sharp({ create: { width: 32, height: 32, channels: 3, background: { r: 20, g: 10, b: 250 } } }).toFile(file)
  const result = await infer({ file })
  expect(result).toMatchObject({ picture: 'blue.png', truth: undefined })
  expect(predictionLines(result.prediction, result.names, 0)[0]).toMatch(/^label 2, .*\[bird\]$/)
})

test('says what is wrong with picture, card and model', async () => {
  await expect(infer({ file: join(folder, 'none.png') })).rejects.toMatchObject({ code: 'ARGUMENT_NO_PICTURE' })
  await expect(infer({ sample: 12, data })).rejects.toMatchObject({
    code: 'ARGUMENT_NO_SAMPLE',
    fix: 'numbers are 0..11',
  })
  await expect(infer({ sample: 0, data }, { ...card, outputs: ['logits'] })).rejects.toMatchObject({
    code: 'CONFIG_UNKNOWN_OUTPUT',
    fix: 'its outputs are scores; correct the card',
  })
  const asMap = { ...card, task: 'segmentation', decoder: { name: 'class_map', params: {} } } as const
  await expect(infer({ sample: 0, data }, asMap)).rejects.toMatchObject({
    code: 'DATA_OUTPUT_SHAPE',
    message: "decoder 'class_map' wants one output of 1 x 32 x 32",
    detail: 'the model gives scores: 1 x 10',
  })
  const wrongLayout = { calibration: [], inference: [] }
  await expect(infer({ sample: 0, data }, { ...card, preprocess: wrongLayout })).rejects.toMatchObject({
    code: 'DATA_PIXEL_SHAPE',
    message: 'the preprocessing gives 1x32x32x3, the model wants 1x3x32x32',
  })
})
