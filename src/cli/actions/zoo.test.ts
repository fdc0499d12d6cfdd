import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeBrightestChannel, writeBrightestModel } from '../../../test/support/brightest-channel.ts'
import { cardPaths } from '../../cards/zoo.ts'
import { silent } from '../../reporter.ts'
import { verifyCard } from '../../stages/verify-card.ts'
import type { OptionValues } from '../command.ts'
import { run } from './zoo.ts'

async function zoo(args: readonly string[], options: OptionValues = {}): Promise<string[]> {
  const lines: string[] = []
  await run(args, options, { reporter: silent, print: (line) => lines.push(line) })
  return lines
}

test('lists every card of the zoo', async () => {
  const lines = await zoo(['list'])
  expect(lines.slice(3, 3 + cardPaths().length).map((line) => line.split(' ')[0])).toContain('resnet20_cifar10')
  const objects = JSON.parse((await zoo(['list'], { json: true }))[0]) as { name: string; folder: string }[]
  expect(objects).toHaveLength(cardPaths().length)
  expect(objects.find(({ name }) => name === 'resnet20_cifar10')).toMatchObject({
    folder: '03_classification/12_resnet20_cifar10',
    accuracy: { metric: 'top1', float: 0.909 },
    files: [{ file: 'openmapper_resnet20_cifar10.onnx', path: expect.stringContaining('12_resnet20_cifar10') }],
  })
})

test('shows a card in words', async () => {
  const lines = (await zoo(['show', '03_classification/12_resnet20_cifar10'])).join('\n')
  expect(lines).toContain('ResNet-20 on CIFAR-10 (resnet20_cifar10)')
  expect(lines).toMatch(/Licence +Apache-2.0/)
  expect(lines).toMatch(/Accuracy +here: top1 float 0.9090/)
  expect(lines).toContain('CenterCropTransformer { crop_size: 32, data_type: "uint8" }')
})

test.each([
  [['lst'], "zoo cannot do 'lst'", "did you mean 'list'?"],
  [['show'], 'which model shall zoo show?', 'openmapper zoo list'],
  [['run', 'resnet20_cifar'], "there is no model 'resnet20_cifar' in the zoo", 'the nearest are resnet20_cifar10, '],
])('%j is answered', async (args, message, fix) => {
  await expect(zoo(args)).rejects.toMatchObject({ message, fix: expect.stringContaining(fix) })
})

describe('verify', () => {
  let folder = ''
  let card = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'verify-'))
    const sample = join(folder, 'zoo/brightest')
    mkdirSync(sample, { recursive: true })
    card = writeBrightestChannel(sample, 1).card
    writeBrightestModel(join(sample, 'net.onnx'), 'original')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('the sample that comes with the package is right', async () => {
    expect(await zoo(['verify', 'resnet20_cifar10'])).toContainEqual(expect.stringMatching(/^resnet20_cifar10 +right$/))
  })
  test('says what is wrong with a card and its model', async () => {
    const { problems } = await verifyCard(card)
    expect(problems).toContainEqual(expect.stringContaining('script 00_init.sh is missing'))
    mkdirSync(join(folder, 'empty'))
    writeFileSync(join(folder, 'empty/model.yaml'), 'nam: x\n')
    expect(await verifyCard(join(folder, 'empty/model.yaml'))).toMatchObject({
      problems: [expect.stringContaining("unknown key 'nam'")],
    })
    await expect(zoo(['verify', join(folder, 'empty')])).rejects.toMatchObject({
      code: 'STAGE_ZOO_WRONG',
    })
  })
  test('the table fits into 100 columns', async () => {
    const deep = join(folder, 'a_folder_with_a_long_name/'.repeat(4))
    mkdirSync(deep, { recursive: true })
    writeFileSync(join(deep, 'model.yaml'), 'nam: x\n')
    const lines: string[] = []
    const print = (line: string): void => void lines.push(line)
    await expect(run(['verify', deep], {}, { reporter: silent, print })).rejects.toMatchObject({
      code: 'STAGE_ZOO_WRONG',
    })
    expect(lines[3]).toMatch(/^\.\.\..*model\.yaml +wrong +unknown key 'nam'/)
    expect(lines.filter((line) => line.length > 100)).toEqual([])
    expect(lines.join('\n')).toMatch(/\.\.\.[^ ]*model\.yaml:1:1\)/)
  })
})
