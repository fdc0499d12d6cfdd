import { describe, expect, test } from 'vitest'
import type { March } from '../config/types.ts'
import { Graph } from '../ir/graph.ts'
import { HORIZON_DOMAIN, string } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { operatorClasses } from './operator-table.ts'
import { BAYES_E } from './marches/bayes-e.ts'
import { BAYES } from './marches/bayes.ts'
import { BERNOULLI2 } from './marches/bernoulli2.ts'
import { placeNodes } from './place.ts'

/**
 * A graph in short: `name = Op input...`. Everything is float32; names that begin with `i` are int64; `w` is a constant.
 * Inputs: x. Outputs: what nobody reads.
 */
function graphOf(...lines: string[]): Graph {
  const graph = new Graph('g', [{ name: 'x', dtype: 'float32', shape: [1, 3, 4, 4] }])
  graph.setConstant('w', Tensor.float32([1], [1]))
  for (const line of lines) {
    const [output, , opType, ...inputs] = line.split(' ')
    const domain = opType.startsWith('Hz') ? HORIZON_DOMAIN : ''
    graph.addNode({ name: output, opType, domain, inputs, outputs: [output] })
    graph.types.set(output, { dtype: output.startsWith('i') ? 'int64' : 'float32', shape: [1, 3, 4, 4] })
  }
  graph.outputs = graph.nodes
    .filter((node) => graph.consumers(node.outputs[0]).length === 0)
    .map((node) => ({ name: node.outputs[0], ...graph.types.get(node.outputs[0])! }))
  return graph
}

const places = (graph: Graph, march: March = 'bayes'): Record<string, string> =>
  Object.fromEntries([...placeNodes(graph, march)].map(([name, placement]) => [name, placement.on]))

const reason = (graph: Graph, name: string, march: March = 'bayes'): string =>
  placeNodes(graph, march).get(name)!.reason

describe('operator tables', () => {
  test.each([
    ['bernoulli2', BERNOULLI2, 160],
    ['bayes', BAYES, 159],
    ['bayes-e', BAYES_E, 159],
  ] as const)('%s: every operator once', (_, table, count) => {
    const names = Object.values(table).flatMap((list: string) => list.split(' '))
    expect(names).toHaveLength(count)
    expect(operatorClasses(table).size).toBe(count)
  })

  test('what differs between the chips', () => {
    const graph = graphOf('c = Conv x w', 's = Sub c c', 'e = Erf s', 'l = Conv e w')
    expect(places(graph, 'bernoulli2')).toEqual({ c: 'BPU', s: 'CPU', e: 'CPU', l: 'BPU' })
    expect(places(graph, 'bayes')).toEqual({ c: 'BPU', s: 'BPU', e: 'CPU', l: 'BPU' })
    expect(places(graph, 'bayes-e')).toEqual({ c: 'BPU', s: 'BPU', e: 'BPU', l: 'BPU' })
  })
})

describe('reasons', () => {
  test.each([
    ['c = Conv x w', ''],
    ['c = ScatterND x w w', 'ScatterND has no accelerator implementation on bayes'],
    ['c = Softmax x', 'Softmax runs on the CPU by default on bayes (class manual)'],
    ['c = Mod x w', 'Mod runs neither on the accelerator nor on the CPU of bayes'],
    ['c = Unheard x', 'Unheard is not in the operator table of bayes'],
    ['c = Gelu x', 'Gelu needs Erf, and Erf has no accelerator implementation on bayes'],
  ])('%s', (line, expected) => {
    expect(reason(graphOf(line), 'c')).toBe(expected)
  })

  test('a constant that is an output', () => {
    expect(reason(graphOf('c = Identity w'), 'c')).toBe('does not depend on the input of the model')
  })

  test('integers are no quantities', () => {
    const graph = graphOf('i = ArgMax x', 'i2 = Add i w')
    expect(reason(graph, 'i2')).toBe('works on integers, not on quantized values')
  })

  test('composed functions: HardSwish and Mish everywhere, GELU where Erf is, its tanh form everywhere', () => {
    const graph = graphOf('c = Conv x w', 'h = HardSwish c', 'm = Mish h', 'g = Gelu m', 't = Gelu g')
    graph.nodes.find((node) => node.name === 't')!.attributes.set('approximate', string('tanh'))
    const onChip = { c: 'BPU', h: 'BPU', m: 'BPU', g: 'BPU', t: 'BPU' }
    expect(places(graph, 'bayes-e')).toEqual(onChip)
    expect(places(graph, 'generic')).toEqual(onChip)
    expect(places(graph, 'bayes')).toEqual({ ...onChip, g: 'CPU' })
    expect(places(graph, 'bernoulli2')).toEqual({ ...onChip, g: 'CPU' })
  })

  test('generic takes what has a quantized form', () => {
    expect(places(graphOf('c = Conv x w', 'e = Erf c', 'l = LSTM e'), 'generic')).toEqual({
      c: 'BPU',
      e: 'BPU',
      l: 'CPU',
    })
  })
})

describe('passive operators', () => {
  test('between accelerated operators they are accelerated', () => {
    expect(places(graphOf('c = Conv x w', 'p = MaxPool c', 'd = Conv p w'))).toEqual({ c: 'BPU', p: 'BPU', d: 'BPU' })
  })

  test('an accelerated reader suffices', () => {
    const graph = graphOf('c = Conv x w', 's = Softmax c', 't = Transpose s', 'm = MatMul t c')
    expect(places(graph)).toEqual({ c: 'BPU', s: 'CPU', t: 'BPU', m: 'BPU' })
  })

  test('they may end the model behind an accelerated operator, in a chain, too', () => {
    const graph = graphOf('s = Sigmoid x', 'r = Reshape s w', 't = Transpose r')
    expect(places(graph)).toEqual({ s: 'BPU', r: 'BPU', t: 'BPU' })
  })

  test('a chain behind the CPU stays on the CPU', () => {
    const graph = graphOf('s = Softmax x', 'r = Reshape s w', 't = Transpose r')
    expect(places(graph)).toEqual({ s: 'CPU', r: 'CPU', t: 'CPU' })
    expect(reason(graph, 'r')).toBe('Reshape moves values between operators on the CPU (class passive)')
  })

  test('before a CPU operator they stay on the CPU', () => {
    const graph = graphOf('c = Conv x w', 'r = Reshape c w', 's = Softmax r')
    expect(places(graph)).toEqual({ c: 'BPU', r: 'CPU', s: 'CPU' })
    expect(reason(graph, 'r')).toBe('Reshape hands its values to the CPU (class passive)')
  })

  test('a Focus stem on the float input stays on the CPU; behind HzPreprocess it does not', () => {
    const stem = ['a = Slice %', 'b = Slice %', 'c = Concat a b', 'd = Conv c w']
    const on = (source: string): string[] => stem.map((line) => line.replace('%', source))
    expect(places(graphOf(...on('x')))).toEqual({ a: 'CPU', b: 'CPU', c: 'CPU', d: 'BPU' })
    expect(reason(graphOf(...on('x')), 'c')).toBe(
      'Concat reads nothing but the float input of the model (class passive)',
    )
    expect(places(graphOf('p = HzPreprocess x w w', ...on('p')))).toMatchObject({ a: 'BPU', b: 'BPU', c: 'BPU' })
  })

  test('a Transpose in front of HzPreprocess moves int8 pixels', () => {
    expect(places(graphOf('t = Transpose x', 'p = HzPreprocess t w w', 'c = Conv p w'))).toMatchObject({ t: 'BPU' })
  })

  test('several active operators alone between CPU operators run on the accelerator', () => {
    expect(places(graphOf('a = Softmax x', 'p = Pow a w', 'b = Softmax p'))).toEqual({ a: 'CPU', p: 'BPU', b: 'CPU' })
  })
})
