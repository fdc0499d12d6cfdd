import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeBrightestChannel, writeBrightestModel } from '../../test/support/brightest-channel.ts'
import { loadCard } from '../cards/load.ts'
import { type Reporter, silent } from '../reporter.ts'
import { evaluateModel, type EvaluationResult } from './evaluate.ts'
import type { EvaluationPart } from './evaluation-part.ts'

const COUNT = 120

let folder: string
let paths: { card: string; data: string }
/** What two processes say of the float model. */
let float: Awaited<ReturnType<typeof evaluate>>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evaluate-'))
  paths = writeBrightestChannel(folder, COUNT)
  float = await evaluate()
})
afterAll(() => rmSync(folder, { recursive: true }))

async function evaluate(
  options: { stage?: 'original' | 'quantized'; processes?: number; part?: EvaluationPart; reporter?: Reporter } = {},
): Promise<Omit<EvaluationResult, 'seconds' | 'milliseconds'>> {
  const stage = options.stage ?? 'original'
  const model = join(folder, `${stage}.onnx`)
  writeBrightestModel(model, stage)
  const { seconds, milliseconds, ...result } = await evaluateModel({
    card: loadCard(paths.card),
    model,
    data: paths.data,
    processes: options.processes ?? 2,
    part: options.part,
    reporter: options.reporter ?? silent,
  })
  expect(seconds).toBeGreaterThan(0)
  expect(milliseconds.inference).toBeGreaterThan(0)
  return result
}

describe('evaluateModel', () => {
  test('counts the right answers', () => {
    expect(float).toMatchObject({
      model: 'original.onnx',
      dataset: 'cifar10',
      n: COUNT,
      metrics: { top1: 0.9, top5: 1 },
    })
    expect(float.pictures.slice(0, 3)).toMatchObject([
      { id: 'test_00000', answer: 'class_id: 0 class_name: airplane' },
      { id: 'test_00001', answer: 'class_id: 1 class_name: automobile' },
      { id: 'test_00002', answer: 'class_id: 2 class_name: bird' },
    ])
  })

  test('gives the same result and the same lines for any number of processes', async () => {
    const lines: string[] = []
    expect(await evaluate({ processes: 1 })).toEqual(float)
    expect(await evaluate({ processes: 3, reporter: { ...silent, info: (line) => lines.push(line) } })).toEqual(float)
    expect(lines).toEqual([
      'Batch:10/43; accuracy(all):0.9000',
      'Batch:20/43; accuracy(all):0.9000',
      'Batch:30/43; accuracy(all):0.9000',
      'Batch:40/43; accuracy(all):0.9060',
    ])
  })

  test('feeds a quantized model the same pixels, as int8 in its own layout', async () => {
    expect(await evaluate({ stage: 'quantized', processes: 1 })).toEqual({ ...float, model: 'quantized.onnx' })
  })

  test('scores the first pictures only where it is told to', async () => {
    expect(await evaluate({ part: { first: 9 }, processes: 1 })).toMatchObject({ n: 9, metrics: { top1: 1 } })
  })

  test('skips what cannot be read, scores what is damaged, and names both', async () => {
    const { card, data, damaged } = await writeBadPictures(join(folder, 'bad'))
    const warnings: string[] = []
    const reporter: Reporter = { ...silent, warn: (line) => warnings.push(line) }
    const model = join(folder, 'bad.onnx')
    writeBrightestModel(model, 'original')
    const { n, pictures } = await evaluateModel({ card: loadCard(card), model, data, processes: 1, reporter })
    expect([n, pictures.length]).toEqual([2, 4])
    const gone = join(data, 'val/gone.JPEG')
    const [skipped, scored] = [
      '2 of 4 pictures were skipped:',
      '1 of 4 pictures have a damaged file and were scored as far as it can be read:',
    ]
    expect(warnings).toEqual([
      `${skipped}\n  gone.JPEG: cannot read the picture: there is no such file (${gone})` +
        `\n  label.JPEG: class 1000 is not in 0..999 (${join(data, 'val.txt')}:4)`,
      expect.stringContaining(`${scored}\n  damaged.JPEG: Corrupt JPEG data`),
    ])
    expect(warnings[1]).toMatch(`(${damaged})`)
  })

  test.skipIf(process.platform !== 'linux')('survives the death of each of two workers in turn', async () => {
    const warnings: string[] = []
    const killed: number[] = []
    let first: number[] = []
    const reporter: Reporter = {
      ...silent,
      warn: (line) => warnings.push(line),
      progress(_label, done) {
        if (first.length === 0) first = childPids()
        // One early, the other well after: its successor has taken over by then.
        if (killed.length === 2 || done <= [10, 60][killed.length]) return
        const pid = first[killed.length]
        killed.push(pid)
        process.kill(pid, 'SIGKILL')
      },
    }
    const result = await evaluate({ processes: 2, reporter })
    expect(result).toEqual(float)
    expect(killed).toHaveLength(2)
    const line = expect.stringMatching(/^a worker ended \(SIGKILL\) while it did pictures \d+\.\.\d+; done again$/)
    expect(warnings).toEqual([line, line])
  })
})

/** A card and pictures in the layout of ImageNet: one whole, one that is missing, one damaged, one of a class that does not exist. */
async function writeBadPictures(place: string): Promise<{ card: string; data: string; damaged: string }> {
  mkdirSync(place)
  const { card } = writeBrightestChannel(place, 1)
  writeFileSync(card, readFileSync(card, 'utf8').replace('dataset: cifar10', 'dataset: imagenet'))
  const data = join(place, 'imagenet')
  mkdirSync(join(data, 'val'), { recursive: true })
  const create = {
    width: 32,
    height: 32,
    channels: 3,
    background: 'red',
    noise: { type: 'gaussian', sigma: 30 },
  } as const
  const jpeg = await sharp({ create }).jpeg().toBuffer()
  const damaged = join(data, 'val/damaged.JPEG')
  writeFileSync(join(data, 'val/whole.JPEG'), jpeg)
  writeFileSync(join(data, 'val/label.JPEG'), jpeg)
  // The data of the last eighth are lost, their end mark is there.
  writeFileSync(damaged, Buffer.concat([jpeg.subarray(0, Math.floor(jpeg.length * 0.875)), jpeg.subarray(-2)]))
  writeFileSync(join(data, 'val.txt'), 'whole.JPEG 0\ngone.JPEG 0\ndamaged.JPEG 0\nlabel.JPEG 1000\n')
  return { card, data, damaged }
}

/** Direct children of this process, from Linux's /proc. */
function childPids(): number[] {
  return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ').map(Number)
}
