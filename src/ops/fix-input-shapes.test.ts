import { describe, expect, test } from 'vitest'
import { told } from '../../test/support/told.ts'
import { type Dim, Graph } from '../ir/graph.ts'
import { fixInputShapes } from './infer.ts'

function graphOf(inputs: Record<string, readonly Dim[] | undefined>): Graph {
  return new Graph(
    'g',
    Object.entries(inputs).map(([name, shape]) => ({ name, dtype: 'float32', shape })),
  )
}
const shapes = (graph: Graph): unknown => graph.inputs.map((info) => info.shape)
const answer = (
  inputs: Record<string, readonly Dim[] | undefined>,
  given: Record<string, readonly number[]> = {},
): string => told(() => fixInputShapes(graphOf(inputs), new Map(Object.entries(given))))

describe('fixInputShapes', () => {
  test('an open batch alone becomes 1, and is told', () => {
    const graph = graphOf({ a: ['N', 3, 8, 8], b: [2, 3] })
    expect(fixInputShapes(graph, new Map())).toEqual(['a'])
    expect(shapes(graph)).toEqual([
      [1, 3, 8, 8],
      [2, 3],
    ])
  })
  test('a given shape settles open dimensions, also of inputs that share their names', () => {
    const graph = graphOf({ a: ['N', 3, 'H', 'W'], b: ['N', 'H'], c: undefined })
    expect(
      fixInputShapes(
        graph,
        new Map([
          ['a', [2, 3, 16, 8]],
          ['c', [5]],
        ]),
      ),
    ).toEqual([])
    expect(shapes(graph)).toEqual([[2, 3, 16, 8], [2, 16], [5]])
  })
  test('dimensions that stay open', () => {
    expect(answer({ data: ['N', 3, 'H', 'W'] })).toMatchInlineSnapshot(`
      "READ_DYNAMIC_SHAPE
      The shape of model input:data is [N, 3, H, W] which has dimensions of 0. Please specify input-shape parameter.
      at: data
      the model leaves these dimensions open (dynamic axes); an accelerator needs fixed ones
      fix: --input-shape data 1x3x224x224   or in the YAML   input_shape: 1x3x224x224"
    `)
    expect(answer({ data: undefined })).toContain('READ_DYNAMIC_SHAPE')
    expect(answer({ data: ['N', 'H', 'W', 3] })).toContain('--input-shape data 1x224x224x3 ')
  })
  test('an input that does not exist', () => {
    expect(answer({ a: [1, 3], b: [1] }, { image: [1, 3] })).toMatchInlineSnapshot(`
      "READ_UNKNOWN_INPUT
      the model has no input named 'image'
      at: image
      fix: its inputs are: a, b"
    `)
  })
  test('another number of dimensions', () => {
    expect(answer({ a: ['N', 3, 'H', 'W'] }, { a: [1, 3, 8] })).toMatchInlineSnapshot(`
      "READ_INPUT_RANK
      input 'a' has 4 dimensions [N, 3, H, W], but the shape given is 1x3x8
      at: a
      fix: give 4 numbers, like 1x3x1x1"
    `)
  })
  test('numbers that are impossible', () => {
    expect(answer({ a: ['N', 3] }, { a: [0, 3] })).toMatchInlineSnapshot(`
      "READ_INPUT_SHAPE
      the shape 0x3 given for input 'a' is impossible
      at: a
      fix: give whole numbers of at least 1"
    `)
  })
})
