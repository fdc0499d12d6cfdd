/** Pooling and the orders of YOLOv2's layers on random sizes, against loops over windows and memory. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readNet } from '../../../test/support/caffe-net.ts'
import { runAt } from '../../../test/support/quantized-network.ts'
import { randomFeeds } from '../../../test/support/random.ts'
import { told } from '../../../test/support/told.ts'
import type { Tensor } from '../../ir/tensor.ts'

const RUNS = 60

async function run(type: string, params: string, shape: readonly number[]): Promise<{ x: Tensor; y: Tensor }> {
  const text = `input: "x" input_shape { dim: [${shape.join(', ')}] }
layer { name: "y" type: "${type}" bottom: "x" top: "y" ${params} }`
  const { model } = readNet(text, [{ name: 'y', blobs: [] }], { shapes: { x: shape } })
  const feeds = randomFeeds(model.graph, 5, -2, 1)
  return { x: feeds.get('x')!, y: (await runAt(model, 'disabled', feeds)).get('y')! }
}

interface Axis {
  size: number
  kernel: number
  stride: number
  pad: number
}

const axis = fc
  .record({
    size: fc.integer({ min: 1, max: 12 }),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 5 }),
  })
  .chain((one) => fc.record({ pad: fc.nat(one.kernel - 1) }).map(({ pad }): Axis => ({ ...one, pad })))

/** Begins of the windows, counted as pooling_layer.cpp counts them. */
function begins({ size, kernel, stride, pad }: Axis, anyPad: boolean, ceil: boolean): number[] {
  const steps = (size + 2 * pad - kernel) / stride
  let count = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1
  if (anyPad && (count - 1) * stride >= size + pad) count--
  return Array.from({ length: Math.max(0, count) }, (_, i) => i * stride - pad)
}

/** `equal`, `refused`, or where Caffe's loop differs. */
async function poolingOutcome(
  height: Axis,
  width: Axis,
  mean: boolean,
  ceil: boolean,
  shape: number[],
): Promise<string> {
  const params = `pooling_param { pool: ${mean ? 'AVE' : 'MAX'} kernel_h: ${height.kernel} kernel_w: ${width.kernel}
    stride_h: ${height.stride} stride_w: ${width.stride} pad_h: ${height.pad} pad_w: ${width.pad}
    round_mode: ${ceil ? 'CEIL' : 'FLOOR'} }`
  const anyPad = height.pad > 0 || width.pad > 0
  const [rows, columns] = [begins(height, anyPad, ceil), begins(width, anyPad, ceil)]
  const empty = (at: number[], { size }: Axis): boolean => at.length === 0 || at.at(-1)! >= size
  if (empty(rows, height) || empty(columns, width)) {
    const text = `input: "x" input_shape { dim: [${shape.join(', ')}] } layer { name: "y" type: "Pooling" bottom: "x" top: "y" ${params} }`
    return told(() => readNet(text, [{ name: 'y', blobs: [] }])).startsWith('READ_CAFFE_LAYER') ? 'refused' : 'read'
  }
  const { x, y } = await run('Pooling', params, shape)
  if (y.shape.join() !== [shape[0], shape[1], rows.length, columns.length].join()) return `shape ${y.shape.join()}`
  const [input, output] = [x.floats(), y.floats()]
  let at = 0
  for (let plane = 0; plane < shape[0] * shape[1]; plane++) {
    for (const top of rows) {
      for (const left of columns) {
        const values: number[] = []
        let area = 0
        for (let r = top; r < Math.min(top + height.kernel, height.size + height.pad); r++) {
          for (let c = left; c < Math.min(left + width.kernel, width.size + width.pad); c++) {
            area++
            const inside = r >= 0 && r < height.size && c >= 0 && c < width.size
            if (inside) values.push(input[(plane * height.size + r) * width.size + c])
          }
        }
        const expected = mean ? values.reduce((sum, value) => sum + value, 0) / area : Math.max(...values)
        if (!(Math.abs(output[at++] - expected) < 1e-6)) return `window at ${top}, ${left} of plane ${plane}`
      }
    }
  }
  return 'equal'
}

test('pooling', async () => {
  const outcomes: string[] = []
  const cases = fc.tuple(axis, axis, fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 3 }))
  await fc.assert(
    fc.asyncProperty(cases, async ([height, width, mean, ceil, channels]) => {
      const outcome = await poolingOutcome(height, width, mean, ceil, [2, channels, height.size, width.size])
      expect(outcome).toMatch(/^(equal|refused)$/)
      outcomes.push(outcome)
    }),
    { numRuns: RUNS, seed: 7 },
  )
  expect(outcomes.filter((outcome) => outcome === 'equal').length).toBeGreaterThan(RUNS / 2)
})

test("Reorg reads memory as darknet's reorg_cpu does", async () => {
  const sizes = fc.record({
    stride: fc.integer({ min: 1, max: 3 }),
    channels: fc.integer({ min: 1, max: 3 }),
    rows: fc.integer({ min: 1, max: 3 }),
    columns: fc.integer({ min: 1, max: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(sizes, async ({ stride, channels, rows, columns }) => {
      const [c, h, w] = [channels * stride * stride, rows * stride, columns * stride]
      const { x, y } = await run('Reorg', `reorg_param { stride: ${stride} }`, [1, c, h, w])
      expect(y.shape).toEqual([1, c * stride * stride, rows, columns])
      const [input, output] = [x.floats(), y.floats()]
      for (let k = 0; k < c; k++) {
        for (let j = 0; j < h; j++) {
          for (let i = 0; i < w; i++) {
            const offset = Math.floor(k / channels)
            const across = i * stride + (offset % stride)
            const down = j * stride + Math.floor(offset / stride)
            const from = across + w * stride * (down + h * stride * (k % channels))
            expect(output[i + w * (j + h * k)]).toBe(input[from])
          }
        }
      }
    }),
    { numRuns: 20, seed: 7 },
  )
})

test('PassThrough: block by block, or channel by channel', async () => {
  const [c, h, w] = [3, 4, 6]
  for (const mode of ['DCR', 'CRD']) {
    const { x, y } = await run('PassThrough', `pass_through_param { mode: ${mode} }`, [1, c, h, w])
    const [input, output] = [x.floats(), y.floats()]
    for (let k = 0; k < c; k++) {
      for (let j = 0; j < h; j++) {
        for (let i = 0; i < w; i++) {
          const place = (j % 2) * 2 + (i % 2)
          const channel = mode === 'DCR' ? place * c + k : k * 4 + place
          const to = (i >> 1) + (w / 2) * ((j >> 1) + (h / 2) * channel)
          expect(output[to]).toBe(input[i + w * (j + h * k)])
        }
      }
    }
  }
})
