import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '../ir/graph.ts'
import type { Placement } from './placement.ts'
import { subgraphIds } from './subgraphs.ts'

/** Nodes in short: `name inputs...`; a capital name is on the CPU. */
function numbered(...lines: string[]): Record<string, number> {
  const { graph, placements } = parse(lines)
  return Object.fromEntries(subgraphIds(graph, placements))
}

function parse(lines: readonly string[]): { graph: Graph; placements: Map<string, Placement> } {
  const graph = new Graph('g')
  const placements = new Map<string, Placement>()
  for (const line of lines) {
    const [name, ...inputs] = line.split(' ')
    graph.addNode({ name, opType: 'Sum', inputs, outputs: [name] })
    const cpu = name === name.toUpperCase()
    placements.set(name, { on: cpu ? 'CPU' : 'BPU', kind: cpu ? 'cpu' : 'active', reason: '' })
  }
  return { graph, placements }
}

describe('published examples, reduced', () => {
  test('a CPU operator cuts in two', () => {
    expect(numbered('a x', 'b a', 'C b', 'd C', 'e d')).toEqual({ a: 0, b: 0, d: 1, e: 1 })
  })

  test('MatMul of a subgraph and of a Softmax behind it opens the next one', () => {
    expect(numbered('conv x', 'SOFTMAX conv', 'matmul SOFTMAX conv')).toEqual({ conv: 0, matmul: 1 })
  })

  test('branches between CPU operators get their own ids; a late Conv of the trunk is still id(0)', () => {
    const ids = numbered('trunk x', 'S0 trunk', 'pow0 S0', 'M0 pow0', 'S1 trunk', 'pow1 S1', 'M1 pow1', 'late trunk')
    expect(ids).toEqual({ trunk: 0, pow0: 1, pow1: 2, late: 0 })
  })
})

test('two stems that meet: the lower id takes the rest', () => {
  expect(numbered('a x', 'b y', 'c a b', 'd b')).toEqual({ a: 0, b: 1, c: 0, d: 1 })
})

test('a subgraph may not wait for itself through another subgraph', () => {
  // a0 and n are id(0), b is id(1) and feeds n; m reads b and, through the CPU, a0: in id(1) it would close a circle.
  expect(numbered('a0 x', 'b y', 'n a0 b', 'C a0', 'm b C')).toEqual({ a0: 0, b: 1, n: 0, m: 2 })
})

test('subgraphs and CPU nodes can always be run one after another', () => {
  const node = fc.record({ cpu: fc.boolean(), reads: fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }) })
  fc.assert(
    fc.property(fc.array(node, { minLength: 1, maxLength: 30 }), (nodes) => {
      const lines = nodes.map(({ cpu, reads }, i) => {
        const inputs = reads.map((value) => (value % (i + 1) === i ? 'x' : nameOf(nodes, value % (i + 1))))
        return [nameOf(nodes, i, cpu), ...inputs].join(' ')
      })
      const { graph, placements } = parse(lines)
      const ids = subgraphIds(graph, placements)
      const unit = (name: string): string => (ids.has(name) ? `id ${ids.get(name)}` : name)
      // Kahn's algorithm on the units: all of them must come out.
      const waits = new Map<string, Set<string>>()
      for (const { name, inputs } of graph.nodes) {
        const before = waits.get(unit(name)) ?? new Set()
        for (const input of inputs) if (graph.producer(input) && unit(input) !== unit(name)) before.add(unit(input))
        waits.set(unit(name), before)
      }
      while (waits.size > 0) {
        const ready = [...waits].filter(([, before]) => [...before].every((other) => !waits.has(other)))
        expect(ready.length).toBeGreaterThan(0)
        for (const [name] of ready) waits.delete(name)
      }
    }),
  )
})

function nameOf(nodes: readonly { cpu: boolean }[], i: number, cpu = nodes[i].cpu): string {
  return cpu ? `N${i}` : `n${i}`
}
