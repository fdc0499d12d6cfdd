import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { randomFeeds } from '../../test/support/random.ts'
import type { PartRun, PartRunner } from '../engine.ts'
import { Tensor } from '../ir/tensor.ts'
import { writeOnnx } from '../onnx/write.ts'
import { InlineRunner } from '../runners/inline-runner.ts'
import { onnxEngine } from './engine.ts'
import { ThreadRunner } from './thread-runner.ts'

/** A part that adds a Conv of `x`, given as `value`, to what it is fed. */
function part(seed: number) {
  const net = new Network(seed)
  const conv = net.conv(net.input('value', [1, 3, 6, 6]), [3, 3, 1, 1])
  net.output(net.node('Mul', [conv, net.input('factor', [1])]))
  const model = net.model()
  return { bytes: writeOnnx(model), result: model.graph.outputs[0].name, feeds: randomFeeds(model.graph, seed) }
}

/** By the word that stands in a test's name. */
const runnerOf = (kind: string): PartRunner =>
  kind === 'inline' ? new InlineRunner(onnxEngine(1)) : new ThreadRunner(1)

const factor = (value: number) => new Map([['factor', Tensor.float32([1], [value])]])

async function results(runner: PartRunner): Promise<Float32Array[]> {
  const { bytes, result, feeds } = part(3)
  const value = feeds.get('value')!
  // nothing is waited for in between: runners do what they are asked in order
  const opened = runner.open(0, bytes, 'all-but-quantizers')
  const step = { part: 0, inputs: ['value'], alive: ['value', result] }
  const answer = { values: ['value', result] }
  const first: PartRun = {
    // a view on a larger buffer
    start: new Map([['value', Tensor.float32(value.shape, Float32Array.of(7, ...value.floats()).subarray(1))]]),
    steps: [
      { ...step, feeds: factor(1), keep: 'behind' },
      { ...step, feeds: factor(2), keep: undefined },
    ],
    answer,
  }
  const again: PartRun = { start: 'behind', steps: [{ ...step, feeds: factor(5), keep: undefined }], answer }
  const [once, kept] = await Promise.all([runner.run(first), runner.run(again), opened])
  expect([...once.keys()].sort()).toEqual([result, 'value'].sort())
  expect(once.get('value')!.floats()).toEqual(value.floats())
  return [once, kept].map((values) => values.get(result)!.floats())
}

test('a thread computes what the caller would, from new and from kept values', async () => {
  const inline = new InlineRunner(onnxEngine(1))
  const thread = new ThreadRunner(1)
  try {
    const [twice, five] = await results(inline)
    expect(await results(thread)).toEqual([twice, five])
    expect(five[0] / twice[0]).toBeCloseTo(2.5)
  } finally {
    await Promise.all([inline.release(), thread.release()])
  }
})

test.each(['inline', 'thread'])(
  '%s: means of channels are answered in place of values, which may be shifted',
  async (kind) => {
    const runner = runnerOf(kind)
    try {
      const { bytes, result, feeds } = part(5)
      await runner.open(0, bytes, 'basic')
      const step = { part: 0, inputs: ['value'], feeds: factor(1) }
      const means = { values: [], means: [{ name: result, axis: 1, shape: [1, 3, 6, 6] }] }
      const run = (keep: string | undefined, alive: string[]): PartRun => ({
        start: feeds,
        steps: [{ ...step, alive, keep }],
        answer: means,
      })
      const first = (await runner.run(run('kept', [result]))).get(result)!
      expect(first.shape).toEqual([3])
      // Where nothing but means is wanted, results are written over: the kept ones are not.
      for (const other of [2, 3]) {
        const fed = new Map([['value', Tensor.float32([1, 3, 6, 6], new Float32Array(108).fill(other))]])
        const twice = { ...step, feeds: factor(2 * other) }
        const own = await runner.run({ start: fed, steps: [{ ...step, alive: [], keep: undefined }], answer: means })
        const more = await runner.run({ start: fed, steps: [{ ...twice, alive: [], keep: undefined }], answer: means })
        for (const [o, mean] of own.get(result)!.floats().entries()) {
          expect(more.get(result)!.floats()[o]).toBeCloseTo(2 * other * mean, 4)
        }
      }
      const shift = { name: result, axis: 1, values: Float32Array.of(1, 0, -2) }
      const rest = { part: undefined, feeds: new Map<string, Tensor>(), inputs: [], alive: [], keep: 'kept' }
      const shifted = await runner.run({ start: 'kept', shifts: [shift], steps: [rest], answer: means })
      const [a, b, c] = first.floats()
      for (const [o, mean] of [a + 1, b, c - 2].entries()) expect(shifted.get(result)!.floats()[o]).toBeCloseTo(mean, 5)
    } finally {
      await runner.release()
    }
  },
)

test.each(['inline', 'thread'])(
  '%s: an error is of who asked for it; what stands behind it in line is done',
  async (kind) => {
    const runner = runnerOf(kind)
    try {
      const { bytes, result, feeds } = part(4)
      const broken = runner.open(1, Uint8Array.of(1, 2, 3), 'basic')
      const opened = runner.open(2, bytes, 'basic')
      const run = (fed: PartRun['start']) =>
        runner.run({
          start: fed,
          steps: [{ part: 2, inputs: ['value'], alive: [], feeds: factor(1), keep: undefined }],
          answer: { values: [result] },
        })
      const missing = run(new Map([['value', Tensor.float32([1], [0])]]))
      const right = run(feeds)
      await expect(broken).rejects.toMatchObject({
        code: 'STAGE_SESSION_FAILED',
        fix: expect.stringContaining('check'),
      })
      await opened
      await expect(missing).rejects.toMatchObject({ code: 'STAGE_RUN_FAILED' })
      expect((await right).size).toBe(1)
    } finally {
      await runner.release()
    }
  },
)

test('a thread that has ended fails whoever asks it', async () => {
  const runner = new ThreadRunner(1)
  await runner.release()
  await expect(runner.run({ start: new Map(), steps: [], answer: { values: [] } })).rejects.toMatchObject({
    code: 'STAGE_THREAD_ENDED',
  })
  await runner.release()
})

test('an engine gives as many runners as it has threads, at most as many as asked for', async () => {
  const engine = onnxEngine(3)
  for (const [most, expected] of [
    [1, 1],
    [2, 2],
    [9, 3],
  ]) {
    const runners = engine.runners!(most)
    expect(runners.length).toBe(expected)
    await Promise.all(runners.map((runner) => runner.release()))
  }
})
