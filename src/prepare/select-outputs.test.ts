import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { ConfigError } from '../errors.ts'
import { int } from '../ir/node.ts'
import { verifyGraph } from '../ir/verify.ts'
import { inferTypes } from '../ops/infer.ts'
import { selectOutputs } from './select-outputs.ts'

/** x -> head -> Split in two; aside -> Exp; all three are outputs. */
function graph() {
  const n = new Network(1)
  const head = n.node('Relu', [n.input('x', [1, 4, 2, 2])])
  const [left, right] = n.nodes('Split', [head, n.int64([3, 1])], 2, { axis: int(1) })
  n.output(left, right, n.node('Exp', [n.input('aside', [1])]))
  const { graph: result } = n.model()
  inferTypes(result)
  return result
}
const refusal = (names: string[]): string => {
  try {
    selectOutputs(graph(), names)
  } catch (error) {
    if (error instanceof ConfigError) return `${error.code} ${error.where} ${error.message}; ${error.fix}`
    throw error
  }
  return 'accepted'
}

test('inner nodes become the outputs; what serves none of them goes', () => {
  const cut = graph()
  const split = cut.nodes.find((node) => node.is('Split'))!
  expect(selectOutputs(cut, [split.name])).toEqual(['aside'])
  expect(cut.outputs.map(({ name, shape }) => [name, shape])).toEqual([
    [split.outputs[0], [1, 3, 2, 2]],
    [split.outputs[1], [1, 1, 2, 2]],
  ])
  expect(cut.nodes.map((node) => node.opType).sort()).toEqual(['Relu', 'Split'])
  expect(cut.inputs.map(({ name }) => name)).toEqual(['x'])
  verifyGraph(cut, 'select outputs')
})

test('in the order given, by value as well as by node, each once', () => {
  const cut = graph()
  const [relu, split] = ['Relu', 'Split'].map((type) => cut.nodes.find((node) => node.is(type))!)
  selectOutputs(cut, [split.outputs[1], relu.name, relu.outputs[0]])
  expect(cut.outputs.map(({ name }) => name)).toEqual([split.outputs[1], relu.outputs[0]])
})

test('a name that is none is answered with the nearest node', () => {
  const name = graph().nodes.find((node) => node.is('Relu'))!.name
  expect(refusal([`${name}x`])).toBe(
    `CONFIG_OUTPUT_NODE model_parameters.output_nodes the model has no node named '${name}x'; did you mean '${name}'?`,
  )
})
