/** Random chains of operators: whatever stands behind whatever, the emitted graph means integer arithmetic. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { proveFully, quantizeNetwork, runAt } from '../../test/support/quantized-network.ts'
import { cosine } from '../calibrate/similarity.ts'
import type { Model } from '../ir/model.ts'
import { int, ints, string } from '../ir/node.ts'
import { inferTypes } from '../ops/infer.ts'

type Step = (network: Network, x: string, channels: number) => string

const same = { pads: ints([1, 1, 1, 1]) }
const clip =
  (low: number, high: number): Step =>
  (n, x) =>
    n.node('Clip', [x, n.floats([low], []), n.floats([high], [])])
const one =
  (opType: string): Step =>
  (n, x) =>
    n.node(opType, [x])
const resize =
  (mode: string): Step =>
  (n, x) =>
    n.node('Resize', [x, '', n.floats([1, 1, 2, 1])], { mode: string(mode) })
const withConv =
  (opType: string): Step =>
  (n, x, c) =>
    n.node(opType, [x, n.conv(x, [c, c, 1, 1])])

const STEPS: Readonly<Record<string, Step>> = {
  conv: (n, x, c) => n.conv(x, [6, c, 3, 3], same),
  wide: (n, x, c) => n.node('Conv', [x, n.random([6, c, 1, 1], 8)]),
  depthwise: (n, x, c) => n.conv(x, [c, 1, 3, 3], { ...same, group: int(c) }),
  relu: one('Relu'),
  relu6: clip(0, 6),
  clip: clip(-1, 2),
  leaky: one('LeakyRelu'),
  sigmoid: one('Sigmoid'),
  tanh: one('Tanh'),
  swish: (n, x) => n.node('Mul', [x, n.node('Sigmoid', [x])]),
  hardSwish: one('HardSwish'),
  maxPool: (n, x) => n.node('MaxPool', [x], { ...same, kernel_shape: ints([3, 3]) }),
  averagePool: (n, x) => n.node('AveragePool', [x], { ...same, kernel_shape: ints([3, 3]) }),
  globalAverage: one('GlobalAveragePool'),
  add: withConv('Add'),
  sub: withConv('Sub'),
  mul: withConv('Mul'),
  concat: (n, x, c) => n.node('Concat', [x, n.node('Conv', [x, n.random([4, c, 1, 1], 4)])], { axis: int(1) }),
  nearest: resize('nearest'),
  linear: resize('linear'),
  pad: (n, x) => n.node('Pad', [x, n.int64([0, 0, 1, 0, 0, 0, 0, 1])]),
  halves: (n, x) => {
    const [first, second] = n.nodes('Split', [x], 2, { axis: int(1), num_outputs: int(2) })
    return n.node('Concat', [second, first], { axis: int(1) })
  },
  crop: (n, x) => n.node('Slice', [x, n.int64([0]), n.int64([3]), n.int64([2])]),
}

/** Conv, the steps, Conv. */
function chain(steps: readonly string[], channels: number, size: number, seed: number): Model {
  const network = new Network(seed)
  const channelsOf = (value: string): number => {
    inferTypes(network.graph)
    return network.graph.shape(value)![1]
  }
  const input = network.input('x', [1, channels, size, size + 1])
  let value = network.conv(input, [4, channels, 1, 1])
  for (const step of steps) value = STEPS[step](network, value, channelsOf(value))
  network.output(network.conv(value, [3, channelsOf(value), 1, 1]))
  return network.model()
}

const chains = fc.record({
  steps: fc.array(fc.constantFrom(...Object.keys(STEPS)), { minLength: 3, maxLength: 6 }),
  channels: fc.integer({ min: 1, max: 5 }),
  size: fc.integer({ min: 4, max: 7 }),
  seed: fc.integer({ min: 1, max: 1000 }),
})

test.each([
  ['int8', false],
  ['zero points', true],
])(
  'random chains in %s are proven value by value, and the calibrated model says what they compute',
  async (_, asymmetric) => {
    await fc.assert(
      fc.asyncProperty(chains, async ({ steps, channels, size, seed }) => {
        const network = await quantizeNetwork(chain(steps, channels, size, seed), { asymmetric })
        const proof = await proveFully(network)
        expect(proof.summary).toMatch(/^integer arithmetic proven/)
        const units = [...network.plan.units].filter((node) => !network.plan.fused.has(node))
        expect(new Set(proof.nodes.map((node) => node.node)).size).toBe(units.length)
        const [integer] = (await runAt(network.quantized, 'all', network.feeds)).values()
        const [calibrated] = (await runAt(network.calibrated, 'basic', network.feeds)).values()
        expect(cosine(calibrated.floats(), integer.floats())).toBeGreaterThan(0.999)
      }),
      { seed: 20, numRuns: 40 },
    )
  },
)
