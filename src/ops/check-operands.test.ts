import { describe, expect, test } from 'vitest'
import { modelOf } from '../ir/model.ts'
import { told } from '../../test/support/told.ts'
import { Graph } from '../ir/graph.ts'
import { inferTypes } from './infer.ts'

/** A graph of one node over a float and an integer input. */
function answer(opType: string, inputs: readonly string[], outputType: 'float32' | 'bool' = 'float32'): string {
  const graph = new Graph(
    'g',
    [
      { name: 'f', dtype: 'float32', shape: [1, 4] },
      { name: 'n', dtype: 'int64', shape: [1, 4] },
      { name: 'k', dtype: 'int32', shape: [2] },
    ],
    [{ name: 'y', dtype: outputType, shape: undefined }],
  )
  graph.addNode({ name: 'node', opType, inputs, outputs: ['y'] })
  return told(() => inferTypes(modelOf(graph).graph))
}

describe('operands', () => {
  test('of different types where they must be equal', () => {
    expect(answer('Add', ['f', 'n'])).toMatchInlineSnapshot(`
      "GRAPH_TYPE_CONFLICT
      element types of Add 'node': 'f' is float32 and 'n' is int64, they must be equal
      at: node
      fix: put a Cast before this node, or export the model again"
    `)
    expect(answer('Concat', ['f', 'f', 'n'])).toContain(`'f' is float32 and 'n' is int64`)
    expect(answer('Conv', ['f', 'f', 'n'])).toContain('GRAPH_TYPE_CONFLICT')
  })
  test('of another type than the operator takes', () => {
    expect(answer('Reshape', ['f', 'k'])).toContain(`'k' is int32 and must be int64`)
    expect(answer('Where', ['f', 'f', 'f'])).toContain(`'f' is float32 and must be bool`)
  })
  test('that are missing', () => {
    expect(answer('Conv', ['f'])).toMatchInlineSnapshot(`
      "GRAPH_MISSING_INPUT
      Conv 'node' lacks its input 1
      at: node
      it reads: 'f'
      fix: the file is damaged or its exporter made a mistake: export the model again"
    `)
    expect(answer('Add', ['', 'f'])).toContain(`Add 'node' lacks its input 0`)
    expect(answer('Concat', [])).toContain('it reads: nothing')
  })
  test('that fit, and optional ones left out', () => {
    expect(answer('Add', ['f', 'f'])).toBe('no error')
    expect(answer('Clip', ['f', '', 'f'])).toBe('no error')
    expect(answer('Clip', ['f'])).toBe('no error')
  })
  test('a declared output type the node does not have', () => {
    expect(answer('Relu', ['f'], 'bool')).toMatchInlineSnapshot(`
      "GRAPH_TYPE_CONFLICT
      output 'y' is declared bool, but computed as float32
      at: node
      fix: export the model again; a Cast before the output gives it the declared type"
    `)
    expect(answer('Equal', ['f', 'f'], 'bool')).toBe('no error')
  })
})
