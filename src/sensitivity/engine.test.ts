import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { engine, quantizeNetwork, runAt } from '../../test/support/quantized-network.ts'
import { randomFeeds } from '../../test/support/random.ts'
import { ErrorSums, worstFigures } from '../calibrate/error-metrics.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import { ints } from '../ir/node.ts'
import { CALIBRATION_OP } from '../quantize/calibration-node.ts'
import { SensitivityEngine } from './engine.ts'
import { type Insertion, listTargets, type Target, TARGET_KINDS } from './targets.ts'

/** A chain with a shortcut over most of it, so that one tensor is read in several parts. */
function deepNetwork(): Model {
  const net = new Network(5)
  const pads = { pads: ints([1, 1, 1, 1]) }
  let value = net.node('Relu', [net.conv(net.input('x', [1, 3, 12, 12]), [8, 3, 3, 3], pads)])
  const early = value
  for (let i = 0; i < 8; i++) value = net.node('Relu', [net.conv(value, [8, 8, 3, 3], pads)])
  net.output(net.conv(net.node('Add', [value, early]), [3, 8, 1, 1]))
  return net.model()
}

const INDICES = [1, 3]

/** What the engine measured, as figures over its samples. */
async function figures(sensitivity: SensitivityEngine, targets: readonly Target[]) {
  const { sums, errors } = await sensitivity.measure(targets)
  return {
    ...worstFigures(sums.map((one) => new ErrorSums(one).figures())),
    error: errors.reduce((sum, error) => sum + error, 0) / errors.length,
  }
}

/** The calibrated model with every quantizer bypassed but those inserted. */
function aloneQuantized(calibrated: Model, insertions: readonly Insertion[]): Model {
  const model = cloneModel(calibrated)
  const { graph } = model
  for (const node of graph.nodes) {
    if (node.opType !== CALIBRATION_OP) continue
    const kept = insertions
      .filter(({ calibration }) => calibration.name === node.name)
      .flatMap(({ readers }) => readers)
    for (const reader of graph.consumers(node.outputs[0])) {
      for (const [port, input] of reader.inputs.entries()) {
        const isKept = kept.some((other) => other.node === reader.name && other.port === port)
        if (input === node.outputs[0] && !isKept) graph.setInput(reader, port, node.inputs[0])
      }
    }
  }
  return model
}

test('equals running the whole network with some targets quantized, in any order', async () => {
  const { calibrated, original } = await quantizeNetwork(deepNetwork())
  const feeds = (index: number) => randomFeeds(original.graph, 50 + index)
  const samples = { count: 4, names: ['a', 'b', 'c', 'd'], doubts: [], read: (i: number) => Promise.resolve(feeds(i)) }
  const sensitivity = await SensitivityEngine.open({ engine, calibrated, samples, indices: INDICES })
  const output = calibrated.graph.outputs[0].name
  let measured = 0
  for (const kind of TARGET_KINDS) {
    const targets = listTargets(calibrated.graph, kind)
    expect(targets.length).toBeGreaterThan(8)
    const groups = [[targets[0]], [targets[5]], [targets.at(-1)!], [targets[1]], targets.slice(1, 7), targets]
    for (const group of groups) {
      const insertions = group.flatMap((target) => target.insertions)
      const sums = new ErrorSums()
      for (const index of INDICES) {
        const float = await runAt(aloneQuantized(calibrated, []), 'basic', feeds(index))
        const alone = await runAt(aloneQuantized(calibrated, insertions), 'basic', feeds(index))
        sums.add(float.get(output)!.floats(), alone.get(output)!.floats())
      }
      const wanted = sums.figures()
      const found = await figures(sensitivity, group)
      expect(found.mse / wanted.mse).toBeCloseTo(1, 3)
      expect(found.chebyshev).toBeCloseTo(wanted.chebyshev, 5)
      expect(found['cosine-similarity']).toBeCloseTo(wanted['cosine-similarity'], 6)
      expect(found.error).toBeGreaterThan(0)
      measured++
    }
  }
  expect(measured).toBe(18)
  expect(await figures(sensitivity, [])).toMatchObject({ mse: 0, sqnr: Infinity, error: 0 })
  const [, middle] = listTargets(calibrated.graph, 'activation').toReversed()
  const again = await sensitivity.measure([middle])
  await sensitivity.release()
  const fresh = await SensitivityEngine.open({ engine, calibrated, samples, indices: INDICES })
  expect(await fresh.measure([middle])).toEqual(again)
  await fresh.release()
})

test('a node is quantized with all it reads; a shared activation alone touches all its readers', async () => {
  const { calibrated } = await quantizeNetwork(deepNetwork())
  const nodes = listTargets(calibrated.graph, 'node')
  const conv = nodes.find(({ name }) => name.startsWith('conv'))!
  expect(conv.insertions).toHaveLength(2)
  const activations = listTargets(calibrated.graph, 'activation')
  const shared = activations.filter(({ insertions: [{ readers }] }) => readers.length === 2)
  expect(shared).toHaveLength(1)
  for (const { threshold, bits, name, tensor } of activations) {
    expect(threshold).toBeGreaterThan(0)
    expect(bits).toBe(8)
    expect(name).toBe(`${tensor}_HzCalibration`)
  }
})

test('values to compare may be named; others are refused with the nearest name', async () => {
  const { calibrated, original } = await quantizeNetwork(deepNetwork())
  const samples = {
    count: 1,
    names: ['a'],
    doubts: [],
    read: () => Promise.resolve(randomFeeds(original.graph, 1)),
  }
  const options = { engine, calibrated, samples, indices: [0] }
  const add = calibrated.graph.nodes.find((node) => node.is('Add'))!
  const sensitivity = await SensitivityEngine.open({ ...options, outputs: [add.name] })
  const last = listTargets(calibrated.graph, 'weight').at(-1)!
  expect((await figures(sensitivity, [last])).mse).toBe(0)
  await sensitivity.release()
  await expect(SensitivityEngine.open({ ...options, outputs: [`${add.name}x`] })).rejects.toMatchObject({
    code: 'ARGUMENT_UNKNOWN_NODE',
    fix: `did you mean '${add.name}'?`,
  })
})
