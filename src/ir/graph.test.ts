import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bypass } from '../passes/rewrite.ts'
import { Graph, usedValues, type ValueInfo } from './graph.ts'
import { Tensor } from './tensor.ts'
import { verifyGraph } from './verify.ts'

const value = (name: string): ValueInfo => ({ name, dtype: 'float32', shape: [1] })

/** Node i reads some of the values before it and is added in a shuffled order; every value nobody reads is an output. */
const graphs = fc
  .array(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 15 })
  .chain((picks) => fc.tuple(fc.constant(picks), fc.shuffledSubarray([...picks.keys()], { minLength: picks.length })))
  .map(([picks, order]) => {
    const graph = new Graph('g', [value('in')])
    graph.setConstant('k', Tensor.float32([1], [2]))
    const names = (i: number): string[] => ['in', 'k', ...Array.from({ length: i }, (_, j) => `v${j}`)]
    for (const i of order) {
      const known = names(i)
      const inputs = picks[i].map((pick) => known[pick % known.length])
      graph.addNode({ name: `n${i}`, opType: 'Sum', inputs, outputs: [`v${i}`] })
    }
    graph.outputs = picks.flatMap((_, i) => (graph.consumers(`v${i}`).length === 0 ? [value(`v${i}`)] : []))
    return graph
  })

function expectSorted(graph: Graph): void {
  const ready = new Set(['in', ...graph.constants.keys()])
  const order = graph.sorted()
  expect(new Set(order)).toEqual(new Set(graph.nodes))
  for (const node of order) {
    for (const input of usedValues(node)) expect(ready).toContain(input)
    for (const output of node.outputs) ready.add(output)
  }
}

/** `producer` and `consumers` against a plain search. */
function expectIndexed(graph: Graph): void {
  for (const name of ['in', 'k', ...graph.nodes.flatMap((node) => node.outputs)]) {
    expect(graph.producer(name)).toBe(graph.nodes.find((node) => node.outputs.includes(name)))
    expect(new Set(graph.consumers(name))).toEqual(new Set(graph.nodes.filter((node) => node.inputs.includes(name))))
  }
}

describe('random graphs', () => {
  test('are sorted, every node once', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        verifyGraph(graph)
        expectSorted(graph)
        const names = new Set(graph.nodes)
        graph.sort()
        expect(new Set(graph.nodes)).toEqual(names)
        expect(graph.sorted()).toEqual(graph.nodes)
      }),
    )
  })

  test('stay whole under insertions, removals and replacements', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('insert', 'bypass', 'replace'), fc.nat(), fc.nat()), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(graphs, steps, (graph, list) => {
        const outputs = graph.outputs.map((info) => info.name)
        for (const [step, a, b] of list) {
          const order = graph.sorted()
          const node = order[a % order.length]
          if (step === 'insert') {
            // behind `node`: its readers read the new node's output
            const name = graph.freshName('inserted')
            graph.replaceUses(node.outputs[0], name)
            const fields = { opType: 'Identity', inputs: [node.outputs[0]], outputs: [name] }
            graph.addNode({ name: graph.freshNodeName('identity'), ...fields })
          } else if (step === 'bypass') {
            bypass(graph, node, node.inputs[b % node.inputs.length])
          } else {
            // readers of a value read an earlier one instead
            graph.replaceUses(node.outputs[0], b % 2 === 0 ? 'k' : node.inputs[0])
          }
          if (graph.nodeCount === 0) break
          verifyGraph(graph)
          expectSorted(graph)
          expectIndexed(graph)
        }
        expect(graph.outputs.map((info) => info.name)).toEqual(outputs)
      }),
    )
  })

  test('have copies that change alone', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const before = graph.nodes.map((node) => [node.name, ...node.inputs])
        const copy = graph.clone()
        copy.replaceUses('in', 'k')
        for (const node of copy.nodes) node.attributes.set('axis', { type: 'int', value: 1 })
        copy.inputs[0].name = 'other'
        expect(graph.nodes.map((node) => [node.name, ...node.inputs])).toEqual(before)
        expect(graph.nodes.every((node) => node.attributes.size === 0)).toBe(true)
        expect(graph.inputs[0].name).toBe('in')
      }),
    )
  })
})

describe('Graph', () => {
  const chain = (): Graph => {
    const graph = new Graph('g', [value('x')], [value('y')])
    graph.addNode({ name: 'b', opType: 'Relu', inputs: ['a'], outputs: ['y'] })
    graph.addNode({ name: 'a', opType: 'Add', inputs: ['x', 'x'], outputs: ['a'] })
    return graph
  }
  test('sorted keeps insertion order where it may, and every node of a cycle', () => {
    const graph = chain()
    expect(graph.sorted().map((node) => node.name)).toEqual(['a', 'b'])
    graph.setInput(graph.nodes[1], 1, 'y')
    expect(graph.sorted().map((node) => node.name)).toEqual(['a', 'b'])
  })
  test('a node that reads a value twice is one consumer', () => {
    expect(chain().consumers('x')).toHaveLength(1)
  })
  test('soleConsumer sees outputs as further readers', () => {
    const graph = chain()
    expect(graph.soleConsumer('a')?.name).toBe('b')
    expect(graph.soleConsumer('y')).toBeUndefined()
  })
  test('names are fresh among values, constants and nodes', () => {
    const graph = chain()
    graph.setConstant('k', Tensor.float32([1], [2]))
    for (const name of ['x', 'a', 'y', 'k']) {
      const fresh = graph.freshName(name)
      expect(['x', 'a', 'y', 'k']).not.toContain(fresh)
      expect(fresh.startsWith(name)).toBe(true)
    }
    expect(graph.freshName('new')).toBe('new')
    expect(graph.freshNodeName('a')).toBe('a_1')
  })
  test('a sub-graph reads from outside, follows replacements, and comes after its producers', () => {
    const inner = new Graph('inner', [], [value('r')])
    inner.addNode({ name: 'n', opType: 'Add', inputs: ['a', 'own'], outputs: ['r'] })
    inner.setConstant('own', Tensor.float32([1], [1]))
    const graph = new Graph('g', [value('x')], [value('y')])
    const attributes = { then_branch: { type: 'graph', value: inner } } as const
    const branch = graph.addNode({ name: 'if', opType: 'If', inputs: ['x'], outputs: ['y'], attributes })
    const producer = graph.addNode({ name: 'p', opType: 'Relu', inputs: ['x'], outputs: ['a'] })
    expect(usedValues(branch)).toEqual(['x', 'a'])
    expect(graph.sorted()).toEqual([producer, branch])
    expect(graph.consumers('a')).toEqual([branch])
    graph.replaceUses('a', 'x')
    expect(inner.nodes[0].inputs).toEqual(['x', 'own'])
    expect(graph.consumers('a')).toEqual([])
  })
})
