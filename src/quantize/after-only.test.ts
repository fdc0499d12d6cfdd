/** Look-ups quantized after the function alone: what is placed, that it computes what it says, and where it is refused. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { between, Network } from '../../test/support/network.ts'
import {
  fusedOperators,
  proveFully,
  type QuantizedNetwork,
  quantizeNetwork,
  runAt,
} from '../../test/support/quantized-network.ts'
import { cosine } from '../calibrate/similarity.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import { ints } from '../ir/node.ts'
import { inferTypes } from '../ops/infer.ts'
import { readOnnx } from '../onnx/read.ts'
import { writeOnnx } from '../onnx/write.ts'
import { readFacts, writeFacts } from '../stages/artefacts.ts'
import { planGraph } from '../stages/plan.ts'
import { quantizeStage, type QuantizedResult } from '../stages/quantize.ts'
import { type LookupSite, lookupSites } from './after-only.ts'
import { completeCalibration, insertCalibration, readCalibration } from './calibrated.ts'
import { scaleOf } from './plan.ts'

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  SiLU: (x) => x / (1 + Math.exp(-x)),
  HardSwish: (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6,
  Mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
}

function apply(network: Network, name: string, x: string): string {
  return name === 'SiLU' ? network.node('Mul', [x, network.node('Sigmoid', [x])]) : network.node(name, [x])
}

/** Convs with functions between them. */
function chain(functions: readonly string[], seed: number): Model {
  const network = new Network(seed)
  const pads = { pads: ints([1, 1, 1, 1]) }
  let value = network.input('x', [1, 3, 6, 7])
  for (const [i, name] of functions.entries()) {
    value = apply(network, name, network.conv(value, [4, i === 0 ? 3 : 4, 3, 3], pads))
  }
  network.output(network.conv(value, [2, 4, 1, 1]))
  return network.model()
}

/** The network with some of its look-ups quantized after the function alone, through the file of the calibrated model. */
function withAfterOnly(
  { calibrated }: QuantizedNetwork,
  choose: (site: LookupSite, index: number) => boolean,
): { result: QuantizedResult; calibrated: Model; chosen: LookupSite[]; plain: QuantizedResult['plan'] } {
  const facts = readFacts(calibrated)!
  const { model, calibration } = readCalibration(calibrated)
  inferTypes(model.graph)
  const planWith = (afterOnly?: ReadonlySet<string>) =>
    planGraph(model.graph, facts.march, facts.inputs, (tensor) => calibration.levels.get(tensor)!, [], afterOnly).plan
  const plain = planWith()
  const chosen = lookupSites(model.graph, plain).filter(choose)
  const afterOnly = new Set(chosen.map(({ lookup }) => lookup.name))
  const plan = planWith(afterOnly)
  const complete = completeCalibration(model.graph, plan, calibration.thresholds)
  const changed = cloneModel(insertCalibration(model, plan, complete))
  writeFacts(changed, { ...facts, stage: 'calibrated', afterOnly: [...afterOnly] })
  const read = readOnnx(writeOnnx(changed), { source: 'calibrated' })
  return { result: quantizeStage(read, readFacts(read)!), calibrated: changed, chosen, plain }
}

test('the function reads the unrounded result of the Conv, everything else is placed as before, and it is proven', async () => {
  const networks = fc.record({
    functions: fc.array(fc.constantFrom(...Object.keys(FUNCTIONS)), { minLength: 1, maxLength: 4 }),
    choice: fc.integer({ min: 1, max: 15 }),
    seed: fc.integer({ min: 1, max: 1000 }),
  })
  await fc.assert(
    fc.asyncProperty(networks, async ({ functions, choice, seed }) => {
      const network = await quantizeNetwork(chain(functions, seed))
      const { result, calibrated, chosen, plain } = withAfterOnly(network, (_, index) => ((choice >> index) & 1) === 1)
      const { plan, calibration, quantized, optimized } = result
      const gone = new Set(chosen.map(({ before }) => before))
      expect([...plan.quantizers.keys()]).toEqual([...plain.quantizers.keys()].filter((tensor) => !gone.has(tensor)))
      expect(new Set(plan.weighted.filter(({ tail }) => tail).map(({ node }) => node.name))).toEqual(
        new Set([...chosen.map(({ conv }) => conv.name), plan.weighted.at(-1)!.node.name]),
      )
      // Nothing of the float function is changed.
      const float = (await runAt(network.optimized, 'disabled', network.feeds)).values().next().value!
      expect((await runAt(optimized, 'disabled', network.feeds)).values().next().value!.data).toEqual(float.data)
      const proof = await proveFully({ quantized, feeds: network.feeds })
      expect(proof.summary).toMatch(/^integer arithmetic proven/)
      await expectFunctions(network, result, chosen, functions)
      const [fake] = (await runAt(calibrated, 'basic', network.feeds)).values()
      const [integer] = (await runAt(quantized, 'all', network.feeds)).values()
      expect(cosine(fake.floats(), integer.floats())).toBeGreaterThan(0.999)
      expect(calibration.thresholds.size).toBe(plan.quantizers.size)
    }),
    { seed: 4, numRuns: 25 },
  )
})

/** Codes behind each chosen function are those of the function of the Conv's float result. */
async function expectFunctions(
  { feeds }: QuantizedNetwork,
  { quantized, plan, calibration }: QuantizedResult,
  chosen: readonly LookupSite[],
  functions: readonly string[],
): Promise<void> {
  const { graph } = quantized
  for (const { before, after } of chosen) {
    const codes = graph.consumers(after).find((node) => node.is('QuantizeLinear'))!.outputs[0]
    const fetched = cloneModel(quantized)
    for (const name of [before, codes]) fetched.graph.outputs.push({ name, ...graph.type(name)! })
    const values = await runAt(fetched, 'all', feeds, [before, codes])
    const position = plan.weighted.findIndex(({ node }) => node.outputs[0] === before)
    const { levels } = plan.quantizers.get(after)!
    const scale = scaleOf(calibration.thresholds.get(after)!, levels)
    const own = FUNCTIONS[functions[position]]
    const expected = values
      .get(before)!
      .numbers()
      .map((x) => Math.max(0, Math.min(255, own(x) / scale + 128)))
    const distances = values
      .get(codes)!
      .numbers()
      .map((code, i) => Math.abs(code - expected[i]))
    expect(Math.max(...distances)).toBeLessThan(0.501)
  }
}

test('onnxruntime fuses every other Conv', async () => {
  const network = await quantizeNetwork(chain(['SiLU', 'SiLU', 'SiLU'], 5))
  const { result } = withAfterOnly(network, (_, index) => index === 1)
  expect(await fusedOperators(network.quantized)).toMatchObject({ QLinearConv: 3 })
  expect(await fusedOperators(result.quantized)).toMatchObject({ QLinearConv: 2 })
})

test('sites are look-ups that alone read a Conv', async () => {
  const count = async (body: (network: Network, x: string) => string): Promise<number> => {
    const { graph } = (await quantizeNetwork(between(body))).optimized
    return lookupSites(graph, planGraph(graph, 'generic', [], () => 127).plan).length
  }
  expect(await count((n, x) => n.node('HardSwish', [x]))).toBe(1)
  expect(await count((n, x) => n.node('Gelu', [x]))).toBe(1)
  expect(await count((n, x) => n.node('Sigmoid', [x]))).toBe(0)
  expect(await count((n, x) => n.node('Add', [n.node('HardSwish', [x]), x]))).toBe(0)
  expect(await count((n, x) => n.node('HardSwish', [n.node('MaxPool', [x], { kernel_shape: ints([2, 2]) })]))).toBe(0)
})

test('marches whose look-ups read codes refuse it', async () => {
  const { optimized } = await quantizeNetwork(between((n, x) => n.node('HardSwish', [x])))
  const [{ lookup }] = lookupSites(optimized.graph, planGraph(optimized.graph, 'generic', [], () => 127).plan)
  for (const march of ['bayes', 'bayes-e', 'bernoulli2'] as const) {
    expect(() => planGraph(optimized.graph, march, [], () => 127, [], new Set([lookup.name]))).toThrow(
      'a quantizer before and after',
    )
  }
})

test('the table says why the function is in float', async () => {
  const network = await quantizeNetwork(chain(['Mish'], 2))
  const { result, chosen } = withAfterOnly(network, () => true)
  const { on, reason } = result.placements.get(chosen[0].lookup.name)!
  expect({ on, reason }).toMatchObject({ on: 'CPU', reason: expect.stringContaining('in float') })
})
