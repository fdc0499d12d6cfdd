import { fromBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { smallModel } from '../../test/support/small-model.ts'
import { modelOf } from '../ir/model.ts'
import { Graph } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import type { Attribute } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { ModelProtoSchema } from './gen/onnx_pb.ts'
import { readOnnx } from './read.ts'
import { writeOnnx } from './write.ts'

const again = (model: Model): Model => readOnnx(writeOnnx(model), { source: 'test' })

const words = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
const integers = fc.oneof(fc.integer(), fc.maxSafeInteger())
const floats = fc.float()
const dtypes = fc.constantFrom('float32', 'int8', 'uint8', 'int32', 'int64', 'bool')
const tensors = fc.tuple(dtypes, fc.array(fc.nat(3), { maxLength: 3 }), fc.nat(255)).map(([dtype, shape, seed]) => {
  const bytes = { float32: 4, int8: 1, uint8: 1, int32: 4, int64: 8, bool: 1 }[dtype]
  const size = shape.reduce((a, b) => a * b, bytes)
  return new Tensor(
    dtype,
    shape,
    Uint8Array.from({ length: size }, (_, i) => (dtype === 'bool' ? i & 1 : (i * 37 + seed) & 255)),
  )
})
const plain: fc.Arbitrary<Attribute> = fc.oneof(
  integers.map((value): Attribute => ({ type: 'int', value })),
  floats.map((value): Attribute => ({ type: 'float', value })),
  words.map((value): Attribute => ({ type: 'string', value })),
  fc.array(integers, { maxLength: 4 }).map((value): Attribute => ({ type: 'ints', value })),
  fc.array(floats, { maxLength: 4 }).map((value): Attribute => ({ type: 'floats', value })),
  fc.array(words, { maxLength: 4 }).map((value): Attribute => ({ type: 'strings', value })),
  tensors.map((value): Attribute => ({ type: 'tensor', value })),
)

/** A chain of nodes with random further operands, attributes and constants; `depth` sub-graphs below each other. */
function graphs(depth: number): fc.Arbitrary<Graph> {
  const inner = graphs.bind(undefined, depth - 1)
  const attribute: fc.Arbitrary<Attribute> =
    depth === 0
      ? plain
      : fc.oneof(
          { weight: 6, arbitrary: plain },
          inner().map((value): Attribute => ({ type: 'graph', value })),
        )
  const node = fc.record({
    picks: fc.array(fc.nat(), { maxLength: 3 }),
    attributes: fc.dictionary(words, attribute, { maxKeys: 3 }),
  })
  return fc
    .record({
      nodes: fc.array(node, { minLength: 1, maxLength: 6 }),
      constants: fc.array(tensors, { minLength: 1, maxLength: 3 }),
    })
    .map(({ nodes, constants }) => {
      const shape = ['N', 3, 'height']
      const graph = new Graph('g', [{ name: `in${depth}`, dtype: 'float32', shape }])
      const values = [`in${depth}`, '']
      for (const [i, tensor] of constants.entries()) values.push(graph.setConstant(`k${depth}_${i}`, tensor))
      for (const [i, { picks, attributes }] of nodes.entries()) {
        const output = `v${depth}_${i}`
        const inputs = [values[0], ...picks.map((pick) => values[pick % values.length])]
        graph.addNode({ name: `n${depth}_${i}`, opType: 'Sum', inputs, outputs: [output], attributes })
        values.push(output)
      }
      graph.outputs = [{ name: values.at(-1)!, dtype: 'float32', shape: undefined }]
      return graph
    })
}

/** Everything a file keeps of a graph, as plain data. */
function plainGraph(graph: Graph): unknown {
  return {
    inputs: graph.inputs,
    outputs: graph.outputs,
    constants: [...graph.constants].map(([name, tensor]) => [name, plainTensor(tensor)]),
    nodes: graph.nodes.map(({ name, opType, domain, inputs, outputs, attributes }) => ({
      name,
      opType,
      domain,
      inputs,
      outputs,
      attributes: [...attributes]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [key, plainAttribute(value)]),
    })),
  }
}
const plainTensor = (tensor: Tensor): unknown => [tensor.dtype, tensor.shape, [...tensor.bytes]]
function plainAttribute(attribute: Attribute): unknown {
  if (attribute.type === 'graph') return plainGraph(attribute.value)
  return attribute.type === 'tensor' ? plainTensor(attribute.value) : attribute
}

describe('writeOnnx', () => {
  test('reading gives back every graph', () => {
    fc.assert(
      fc.property(graphs(2), (graph) => {
        const model = modelOf(graph)
        const read = again(model)
        expect(plainGraph(read.graph)).toEqual(plainGraph(graph))
        expect(Buffer.compare(writeOnnx(read), writeOnnx(model))).toBe(0)
      }),
      { numRuns: 200 },
    )
  })
  test('metadata, opsets and functions survive', () => {
    const model = smallModel()
    model.metadata.set('stage', 'optimized').set('ünïcode', '模型')
    model.opsets.set('com.microsoft', 1)
    const attribute: Attribute = { type: 'reference', value: 'alpha', of: 'float' }
    const body = model.graph.nodes[1].clone()
    body.attributes.set('alpha', attribute)
    const definition = {
      domain: 'horizon',
      name: 'F',
      inputs: ['x'],
      outputs: ['y'],
      attributes: ['alpha'],
      nodes: [body],
    }
    model.functions.push({ ...definition, opsets: new Map([['', 21]]) })
    const bytes = writeOnnx(model)
    // The import of a function's domain stands in the file, and comes and goes with the function.
    expect(fromBinary(ModelProtoSchema, bytes).opsetImport.map(({ domain }) => domain)).toContain('horizon')
    const read = readOnnx(bytes, { source: 'test' })
    expect(writeOnnx(read)).toEqual(bytes)
    expect(read.metadata).toEqual(model.metadata)
    expect(read.opsets).toEqual(model.opsets)
    expect(read.functions).toHaveLength(1)
    expect(read.functions[0]).toMatchObject(definition)
    expect(read.functions[0].nodes[0].attributes.get('alpha')).toEqual(attribute)
  })
  test('the same model gives the same bytes', () => {
    expect(Buffer.compare(writeOnnx(smallModel()), writeOnnx(smallModel()))).toBe(0)
  })
  test('"to the end" markers are clamped to int64', () => {
    const model = smallModel()
    model.graph.nodes[0].attributes.set('end', { type: 'ints', value: [2 ** 63, -(2 ** 64)] })
    expect(again(model).graph.nodes[0].ints('end')).toEqual([2 ** 63, -(2 ** 63)])
  })
})

describe('constants are views on the bytes of the file', () => {
  test('and share its buffer', () => {
    const bytes = writeOnnx(smallModel())
    const { graph } = readOnnx(bytes, { source: 'test' })
    for (const tensor of graph.constants.values()) {
      expect(tensor.bytes.buffer).toBe(bytes.buffer)
    }
  })
  test('whether aligned or not; the numbers are the same', () => {
    const { graph } = smallModel()
    for (let offset = 0; offset < 8; offset++) {
      const whole = writeOnnx(smallModel())
      const moved = new Uint8Array(whole.length + 8).subarray(offset, offset + whole.length)
      moved.set(whole)
      const read = readOnnx(moved, { source: 'test' })
      const weights = read.graph.constant('w')!
      expect(weights.bytes.buffer).toBe(moved.buffer)
      expect(weights.floats()).toEqual(graph.constant('w')!.floats())
      const aligned = weights.bytes.byteOffset % 4 === 0
      expect(weights.data.buffer === moved.buffer).toBe(aligned)
    }
  })
})
