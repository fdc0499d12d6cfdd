import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeBrightestChannel, writeBrightestModel } from '../../../test/support/brightest-channel.ts'
import { silent } from '../../reporter.ts'
import type { OptionValues } from '../command.ts'
import { run } from './evaluate.ts'

const COUNT = 40

let folder: string
let common: { card: string; data: string; processes: string }
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evaluate-command-'))
  common = { ...writeBrightestChannel(folder, COUNT), processes: '1' }
  writeBrightestModel(join(folder, 'float.onnx'), 'original')
  writeBrightestModel(join(folder, 'int8.onnx'), 'quantized')
  // The logs go to the current folder.
  process.chdir(folder)
})
afterAll(() => {
  process.chdir(tmpdir())
  rmSync(folder, { recursive: true })
})

async function evaluate(options: OptionValues): Promise<string[]> {
  const lines: string[] = []
  await run([], { ...common, ...options }, { reporter: silent, print: (line) => lines.push(line) })
  return lines
}

test('prints one object for one model, and a line per picture into the log', async () => {
  const [json, ...rest] = await evaluate({ model: ['float.onnx'], json: true })
  expect(rest).toEqual([])
  expect(JSON.parse(json)).toEqual({
    model: 'float.onnx',
    dataset: 'cifar10',
    n: COUNT,
    skipped: 0,
    metrics: { top1: 0.9, top5: 1 },
    seconds: expect.any(Number),
    milliseconds: expect.objectContaining({ inference: expect.any(Number) }),
  })
  const log = readFileSync(join(folder, 'float_eval.log'), 'utf8').split('\n')
  expect(log).toHaveLength(COUNT + 1)
  expect(log[1]).toBe('input_image_name: test_00001 class_id: 1 class_name: automobile')
})

test('compares several models with the first', async () => {
  const lines = await evaluate({ model: ['float.onnx', 'int8.onnx'], limit: '20' })
  const cells = lines.slice(3, 5).map((line) => line.trim().split(/ {2,}/))
  expect(cells).toEqual([
    ['float.onnx', '0.9000', '1.0000', expect.any(String), '--', '--', '--'],
    ['int8.onnx', '0.9000', '1.0000', expect.any(String), '0.00 points', '--', '0'],
  ])
  expect(lines[5]).toBe('No answer changed on 20 pictures: so there is no interval, and others may still change.')
  expect(lines[6]).toBe('20 pictures of cifar10; every answer stands in float_eval.log, int8_eval.log')
})

test('says what is wrong with a number or a missing model', async () => {
  await expect(evaluate({ model: ['float.onnx'], limit: 'ten' })).rejects.toMatchObject({
    code: 'ARGUMENT_NUMBER',
    message: "--limit takes a whole number from 1 up, not 'ten'",
  })
  await expect(evaluate({ model: ['none.onnx'] })).rejects.toMatchObject({ code: 'ARGUMENT_NO_MODEL' })
})
