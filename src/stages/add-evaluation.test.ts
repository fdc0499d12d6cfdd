import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeBrightestChannel, writeBrightestModel } from '../../test/support/brightest-channel.ts'
import { loadCard } from '../cards/load.ts'
import type { PageData } from '../report/page/data.ts'
import { silent } from '../reporter.ts'
import { addEvaluation, type Evaluated } from './add-evaluation.ts'
import { artefactPath } from './artefacts.ts'
import { evaluateModel } from './evaluate.ts'
import { renderReport } from './report-page.ts'

let workingDir: string
let options: Parameters<typeof addEvaluation>[0]

beforeAll(async () => {
  workingDir = mkdtempSync(join(tmpdir(), 'add-evaluation-'))
  const { card: path, data } = writeBrightestChannel(workingDir, 12)
  writeFileSync(join(workingDir, 'net_report.json'), JSON.stringify({ model: 'net', weights: {} }))
  const card = loadCard(path)
  const part = { first: 12 }
  const evaluated: Evaluated[] = []
  for (const stage of ['original', 'quantized'] as const) {
    const model = artefactPath(workingDir, 'net', stage)
    writeBrightestModel(model, stage)
    evaluated.push({ model, result: await evaluateModel({ card, model, data, part, processes: 1, reporter: silent }) })
  }
  options = { card, data, part, evaluated }
})
afterAll(() => rmSync(workingDir, { recursive: true }))

function pageData(page: string): PageData {
  const [, json] = /id="data">(.*?)<\/script>/s.exec(readFileSync(page, 'utf8'))!
  return JSON.parse(json) as PageData
}

test('the page of the build shows both models and the pictures with the greatest loss', async () => {
  const float = options.evaluated[0].result
  // As if the float model had been right on picture 9 too, whose label is wrong.
  const better = float.pictures.map((picture, index) => ({
    ...picture,
    ...(index === 9 &&
      'outcome' in picture && { outcome: float.pictures[0] && Reflect.get(float.pictures[0], 'outcome') }),
  })) as typeof float.pictures
  const [, quantized] = options.evaluated
  const added = await addEvaluation({
    ...options,
    evaluated: [{ model: options.evaluated[0].model, result: { ...float, pictures: better } }, quantized],
  })
  expect(added).toMatchObject({ part: undefined, kept: undefined })
  const { evaluation } = pageData(added!.page)
  expect(evaluation).toMatchObject({
    dataset: 'cifar10',
    models: [
      { name: 'net_original_float_model.onnx', n: 12 },
      { name: 'net_quantized_model.onnx', n: 12 },
    ],
  })
  expect(evaluation!.difference!.difference).toBeCloseTo(-1 / 12)
  expect(evaluation!.pictures.map(({ id }) => id)).toEqual(['test_00009', 'test_00000', 'test_00001', 'test_00002'])
  expect(evaluation!.pictures[0].why).toContain('Top-1 of this picture 1.00 in float, 0.00 in INT8')
  for (const { image } of evaluation!.pictures) expect(image).toMatch(/^data:image\/webp;base64,.{500}/)
})

test('a part of the data set is marked, and replaces no fuller evaluation of the same model', async () => {
  const { card, data, evaluated } = options
  const part = { first: 3 }
  const some: Evaluated[] = []
  for (const { model } of evaluated)
    some.push({ model, result: await evaluateModel({ card, model, data, part, processes: 1, reporter: silent }) })
  rmSync(join(workingDir, 'net_evaluation.json'), { force: true })
  const marked = { part: 'the first 3 of 12 pictures', kept: undefined }
  const first = await addEvaluation({ card, data, part, evaluated: some })
  expect(first).toMatchObject(marked)
  expect(pageData(first!.page).evaluation).toMatchObject({ part: marked.part, models: [{ n: 3 }, { n: 3 }] })
  // the whole replaces it, and is not replaced by it
  await addEvaluation(options)
  const second = await addEvaluation({ card, data, part, evaluated: some })
  expect(second).toMatchObject({ kept: 12 })
  const { evaluation } = pageData(second!.page)
  expect(evaluation!.models[0].n).toBe(12)
  expect(evaluation!.part).toBeUndefined()
  // What a corrected card says is another thing, and so is a comparison where one model alone was scored.
  writeFileSync(card.path, `${readFileSync(card.path, 'utf8')}# corrected\n`)
  expect(await addEvaluation({ card, data, part, evaluated: some })).toMatchObject(marked)
  await addEvaluation({ ...options, evaluated: evaluated.slice(1) })
  expect(await addEvaluation({ card, data, part, evaluated: some })).toMatchObject(marked)
})

test('a rebuilt model drops the evaluation of the old one', async () => {
  await addEvaluation(options)
  const folder = { workingDir, prefix: 'net' }
  expect(pageData(renderReport(folder)).evaluation).toBeDefined()
  const path = artefactPath(workingDir, 'net', 'quantized')
  writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from([0])]))
  expect(pageData(renderReport(folder)).evaluation).toBeUndefined()
})

test('a model that stands in no build has no page', async () => {
  const model = join(workingDir, 'other_quantized_model.onnx')
  const evaluated = [{ model, result: options.evaluated[1].result }]
  expect(await addEvaluation({ ...options, evaluated })).toBeUndefined()
})
