/** `run_on_cpu`: the named node computes in float in every stage, and its neighbours stay quantized. */
import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { proveFully, quantizeNetwork, runAt } from '../../test/support/quantized-network.ts'
import { loadConfig } from '../config/load.ts'
import type { Model } from '../ir/model.ts'
import { ints } from '../ir/node.ts'
import { readFacts } from './artefacts.ts'
import { planGraph } from './plan.ts'

function network(): Model {
  const net = new Network(8)
  const pads = { pads: ints([1, 1, 1, 1]) }
  let value = net.input('x', [1, 3, 8, 8])
  for (let i = 0; i < 4; i++) value = net.node('Relu', [net.conv(value, [8, i === 0 ? 3 : 8, 3, 3], pads)])
  net.output(net.conv(value, [4, 8, 1, 1]))
  return net.model()
}

test('the Conv and its Relu run in float, the others as before', async () => {
  const plain = await quantizeNetwork(network())
  const name = plain.plan.weighted[2].node.name
  const mixed = await quantizeNetwork(network(), { cpuNodes: [name] })
  expect(mixed.plan.weighted.map(({ node }) => node.name)).toEqual(
    plain.plan.weighted.map(({ node }) => node.name).filter((other) => other !== name),
  )
  expect(readFacts(mixed.quantized)!.cpuNodes).toEqual([name])
  const conv = mixed.quantized.graph.nodes.find((node) => node.name === name)!
  const own = mixed.optimized.graph.nodes.find((node) => node.name === name)!
  expect(mixed.quantized.graph.constant(conv.inputs[1])!.floats()).toEqual(
    mixed.optimized.graph.constant(own.inputs[1])!.floats(),
  )
  const { ok, summary } = await proveFully(mixed)
  expect({ ok, summary }).toMatchObject({ ok: true })

  const [output] = plain.original.graph.outputs
  const float = (await runAt(plain.original, 'basic', plain.feeds)).get(output.name)!.floats()
  const distance = async (model: Model): Promise<number> => {
    const values = (await runAt(model, 'all', plain.feeds)).get(output.name)!.floats()
    return Math.hypot(...values.map((value, i) => value - float[i]))
  }
  expect(await distance(mixed.quantized)).toBeLessThan(await distance(plain.quantized))
  expect(await distance(mixed.quantized)).toBeGreaterThan(0)
})

test('the placement says that it was asked for', async () => {
  const { optimized, plan } = await quantizeNetwork(network())
  const { name } = plan.weighted[1].node
  const { placements } = planGraph(optimized.graph, 'bayes', [], () => 127, [name])
  expect(placements.get(name)).toMatchObject({ on: 'CPU', reason: 'was asked for (run_on_cpu)' })
})

test('the YAML says it in either key', () => {
  const text = `model_parameters: { onnx_model: net.onnx, march: bayes, node_info: { b: { 'ON': 'CPU' } } }
input_parameters: { input_type_train: featuremap, input_layout_train: NCHW, input_type_rt: featuremap }
calibration_parameters: { cal_data_dir: samples, run_on_cpu: 'a;c' }
`
  const resolvePath = (path: string): string => path
  const config = loadConfig('net.yaml', text, { modelType: 'onnx', ignoreUnsupported: false, resolvePath })
  expect(config.calibration.runOnCpu).toEqual(['a', 'c', 'b'])
})
