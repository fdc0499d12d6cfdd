/** Where the quantized region begins and ends, and who reads what. */
import { expect, test } from 'vitest'
import { checkEmitted } from '../../test/support/check-emitted.ts'
import { Network } from '../../test/support/network.ts'
import type { Model } from '../ir/model.ts'
import { int } from '../ir/node.ts'

/** Conv 3x3 -> Relu -> body, which names the outputs. */
function network(body: (network: Network, x: string) => void): Model {
  const result = new Network(5)
  const head = result.conv(result.input('x', [1, 3, 8, 8]), [8, 3, 3, 3])
  body(result, result.node('Relu', [head]))
  return result.model()
}

test('an input read by two Convs has one quantizer', async () => {
  const n = new Network(3)
  const x = n.input('x', [1, 3, 6, 6])
  const sum = n.node('Add', [n.conv(x, [6, 3, 3, 3]), n.conv(x, [6, 3, 3, 3])])
  n.output(n.conv(n.node('Relu', [sum]), [4, 6, 1, 1]))
  const { plan, fused } = await checkEmitted(n.model())
  expect([...plan.quantizers.keys()].filter((tensor) => tensor === 'x')).toEqual(['x'])
  expect(fused).toBe('Conv:1 QLinearAdd:1 QLinearConv:2')
})

test('a tensor read by two units has one quantizer', async () => {
  const model = network((n, x) => {
    const sum = n.node('Add', [n.conv(x, [6, 8, 3, 3]), n.conv(x, [6, 8, 3, 3])])
    n.output(n.conv(sum, [4, 6, 1, 1]))
  })
  const { plan, fused } = await checkEmitted(model)
  expect(plan.quantizers.size).toBe(5)
  expect(fused).toBe('Conv:1 QLinearAdd:1 QLinearConv:3')
})

test('the Conv before an output is a tail: int32, dequantized per channel, nothing behind it', async () => {
  const { plan, fused, quantized } = await checkEmitted(network((n, x) => n.output(n.conv(x, [6, 8, 3, 3]))))
  expect(plan.weighted.map((unit) => unit.tail)).toEqual([false, true])
  const [output] = quantized.graph.outputs
  expect(quantized.graph.producer(output.name)?.opType).toBe('Conv')
  expect(fused).toBe('Conv:1 QLinearConv:1')
})

test('what follows a tail stays in float', async () => {
  const relu = await checkEmitted(network((n, x) => n.output(n.node('Relu', [n.conv(x, [6, 8, 3, 3])]))))
  expect(relu.plan.weighted[1].tail).toBe(true)
  expect(relu.fused).toBe('FusedConv:1 QLinearConv:1')
  const classes = await checkEmitted(
    network((n, x) => n.output(n.node('ArgMax', [n.conv(x, [6, 8, 3, 3])], { axis: int(1) }))),
  )
  expect(classes.fused).toBe('ArgMax:1 Conv:1 QLinearConv:1')
  expect(classes.quantized.graph.outputs[0].dtype).toBe('int64')
})

test('one tensor as two outputs', async () => {
  const model = network((n, x) => {
    const y = n.conv(x, [6, 8, 3, 3])
    n.output(y, n.node('Identity', [y]))
  })
  expect((await checkEmitted(model)).fused).toBe('Conv:1 Identity:1 QLinearConv:1')
})

test('an output that is read inside, too: the output is raw, the reader reads codes', async () => {
  const model = network((n, x) => n.output(x, n.conv(x, [6, 8, 3, 3])))
  const { quantized, fused, plan } = await checkEmitted(model)
  const [raw] = quantized.graph.outputs
  expect(quantized.graph.producer(raw.name)?.opType).toBe('Relu')
  expect(plan.quantizers.has(raw.name)).toBe(true)
  expect(fused).toBe('Conv:2 Relu:1')
})

test('a branch to the output reads the raw value', async () => {
  const model = network((n, x) => {
    n.output(n.conv(x, [4, 8, 1, 1]))
    n.output(n.node('Sigmoid', [x]))
  })
  const { quantized, plan } = await checkEmitted(model)
  const sigmoid = quantized.graph.nodes.find((node) => node.is('Sigmoid'))!
  expect(quantized.graph.producer(sigmoid.inputs[0])?.opType).toBe('Relu')
  expect([...plan.units].some((node) => node.is('Sigmoid'))).toBe(false)
})

test('a float operator between two quantized regions: a tail before it, a quantizer behind it', async () => {
  const model = network((n, x) => {
    const island = n.node('Softmax', [n.conv(x, [8, 8, 3, 3])], { axis: int(1) })
    n.output(n.conv(n.conv(island, [8, 8, 3, 3]), [4, 8, 1, 1]))
  })
  const { plan, calibration, fused } = await checkEmitted(model)
  expect(plan.weighted.map((unit) => unit.tail)).toEqual([false, true, false, true])
  const softmax = [...plan.quantizers.values()].find((quantizer) => quantizer.tensor.startsWith('softmax'))!
  expect(softmax.nonNegative).toBe(true)
  expect(calibration.thresholds.get(softmax.tensor)).toBe(1)
  expect(fused).toBe('Conv:2 QLinearConv:2 Softmax:1')
})

test('an activation beside the codes is read in float', async () => {
  const n = new Network(7)
  const x = n.input('x', [1, 3, 8, 8])
  const grid = n.input('grid', [1, 5, 5, 2])
  n.output(n.conv(n.node('GridSample', [n.conv(x, [4, 3, 3, 3]), grid]), [4, 4, 1, 1]))
  expect((await checkEmitted(n.model())).fused).toBe('Conv:1 GridSample:1 QLinearConv:1')
})

test('names that the emitter uses itself', async () => {
  const n = new Network(7)
  const x = n.input('x', [1, 3, 8, 8])
  const add = (opType: string, name: string, inputs: string[]): string =>
    n.graph.addNode({ name, opType, inputs, outputs: [name] }).outputs[0]
  const first = add('Conv', 'a', [x, n.random([4, 3, 1, 1]), n.random([4])])
  const second = add('LeakyRelu', 'a_weight', [first])
  const third = add('Conv', 'a_quantized', [second, n.random([4, 4, 1, 1]), n.random([4])])
  n.output(n.conv(add('LeakyRelu', 'code_128', [third]), [4, 4, 1, 1]))
  const { fused } = await checkEmitted(n.model())
  expect(fused).toBe('Conv:1 QLinearConv:2 QLinearLeakyRelu:2')
})
