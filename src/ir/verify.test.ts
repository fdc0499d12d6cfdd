import { describe, expect, test } from 'vitest'
import { told } from '../../test/support/told.ts'
import { Graph, type ValueInfo } from './graph.ts'
import { Tensor } from './tensor.ts'
import { verifyGraph } from './verify.ts'

const value = (name: string): ValueInfo => ({ name, dtype: 'float32', shape: [1] })

/** `name: inputs -> outputs` lines become nodes; 'x' is the input, 'k' a constant, 'y' the output. */
function graphOf(...lines: readonly string[]): Graph {
  const graph = new Graph('g', [value('x')], [value('y')])
  graph.setConstant('k', Tensor.float32([1], [2]))
  for (const line of lines) {
    const [name, inputs, outputs] = line.split(/: ?| -> ?/)
    graph.addNode({ name, opType: 'Sum', inputs: inputs.split(' '), outputs: outputs.split(' ') })
  }
  return graph
}
const answer = (graph: Graph): string => told(() => verifyGraph(graph))

describe('verifyGraph', () => {
  test('passes a right graph, whatever the order of its nodes', () => {
    expect(answer(graphOf('b: a k -> y', 'a: x -> a'))).toBe('no error')
    expect(answer(graphOf('a: x  k -> y '))).toBe('no error')
  })
  test('a value nothing computes', () => {
    expect(answer(graphOf('a: x nowhere -> y'))).toMatchInlineSnapshot(`
      "GRAPH_DANGLING
      the model: Sum 'a' reads 'nowhere', which nothing computes
      at: a
      fix: export the model again; if openmapper changed it, this is a bug of ours"
    `)
  })
  test('a value computed twice', () => {
    expect(answer(graphOf('a: x -> y', 'b: x -> y'))).toMatchInlineSnapshot(`
      "GRAPH_DUPLICATE_VALUE
      the model: 'y' is computed by 'a' and computed by 'b' as well
      at: b
      fix: export the model again; if openmapper changed it, this is a bug of ours"
    `)
    expect(answer(graphOf('a: x -> y', 'b: x -> k'))).toContain(`'k' is an input or a constant and computed by 'b'`)
    expect(answer(graphOf('a: x -> y', 'b: y -> x'))).toContain('GRAPH_DUPLICATE_VALUE')
    expect(answer(graphOf('a: x -> y y'))).toContain('GRAPH_DUPLICATE_VALUE')
  })
  test('two nodes of one name', () => {
    expect(answer(graphOf('a: x -> b', 'a: b -> y'))).toMatchInlineSnapshot(`
      "GRAPH_DUPLICATE_NODE
      the model: two nodes are named 'a'
      at: a
      fix: export the model again; if openmapper changed it, this is a bug of ours"
    `)
  })
  test('inputs and outputs of one name', () => {
    const twice = graphOf('a: x -> y')
    twice.inputs.push(value('x'))
    expect(answer(twice)).toContain(`GRAPH_DUPLICATE_VALUE\nthe model: two inputs are named 'x'`)
    const outputs = graphOf('a: x -> y')
    outputs.outputs.push(value('y'))
    expect(answer(outputs)).toContain(`GRAPH_DUPLICATE_VALUE\nthe model: two outputs are named 'y'`)
    const both = graphOf('a: x -> y')
    both.inputs.push(value('k'))
    expect(answer(both)).toContain(`'k' is both an input and a constant`)
  })
  test('a cycle names its nodes', () => {
    expect(answer(graphOf('in: x -> a', 'p: a r -> p', 'q: p -> q', 'r: q -> r', 'out: r -> y')))
      .toMatchInlineSnapshot(`
      "GRAPH_CYCLE
      the model: these nodes wait for each other: 'q' <- 'p' <- 'r'
      at: q
      fix: export the model again; if openmapper changed it, this is a bug of ours"
    `)
    expect(answer(graphOf('self: x y -> y'))).toContain(`wait for each other: 'self'`)
  })
  test('an output nothing computes', () => {
    expect(answer(graphOf('a: x -> z'))).toMatchInlineSnapshot(`
      "GRAPH_NO_OUTPUT
      the model: nothing computes the output 'y'
      at: y
      fix: export the model again; if openmapper changed it, this is a bug of ours"
    `)
  })
  test('the author of the graph is named', () => {
    expect(told(() => verifyGraph(graphOf('a: q -> y'), 'pass fold-constants'))).toContain('pass fold-constants: Sum')
  })
  test('a deep graph does not overflow the stack', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `n${i}: v${i + 1} -> v${i}`)
    expect(answer(graphOf('out: v0 -> y', ...lines, 'in: x -> v20000'))).toBe('no error')
    const ring = graphOf('out: v0 -> y', ...lines, 'in: v0 -> v20000')
    expect(answer(ring)).toContain('19996 more')
  })
})

describe('verifyGraph looks into sub-graphs', () => {
  const around = (inner: Graph): Graph => {
    const graph = graphOf('a: x -> a')
    graph.addNode({
      name: 'if',
      opType: 'If',
      inputs: ['a'],
      outputs: ['y'],
      attributes: { then_branch: { type: 'graph', value: inner } },
    })
    return graph
  }
  test('which may read values from outside', () => {
    const inner = new Graph('inner', [], [value('r')])
    inner.addNode({ name: 'n', opType: 'Sum', inputs: ['a', 'k', 'x'], outputs: ['r'] })
    expect(answer(around(inner))).toBe('no error')
    expect(answer(around(new Graph('inner', [], [value('a')])))).toBe('no error')
  })
  test('a value that neither computes', () => {
    const inner = new Graph('inner', [], [value('r')])
    inner.addNode({ name: 'n', opType: 'Sum', inputs: ['lost'], outputs: ['r'] })
    expect(answer(around(inner))).toContain(`GRAPH_DANGLING\nthe model: If 'if' reads 'lost'`)
  })
  test('a mistake inside', () => {
    const inner = new Graph('inner', [], [value('r')])
    inner.addNode({ name: 'n', opType: 'Sum', inputs: ['r'], outputs: ['r'] })
    expect(answer(around(inner))).toContain(`GRAPH_CYCLE\nthe model, inside 'if': these nodes wait for each other: 'n'`)
  })
})
