/** Every shape function on random attributes, against what onnxruntime infers. Combinations it refuses must not be typed wrongly. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Network } from '../../../test/support/network.ts'
import { oracleTypes } from '../../../test/support/shape-oracle.ts'
import { randomFeeds } from '../../../test/support/random.ts'
import { OpenMapperError } from '../../errors.ts'
import type { Graph, ValueType } from '../../ir/graph.ts'
import { modelOf } from '../../ir/model.ts'
import { type Attribute, float, int, ints, string } from '../../ir/node.ts'
import { Tensor } from '../../ir/tensor.ts'
import { openSession } from '../../runtime/session.ts'
import { inferTypes } from '../infer.ts'

type Attributes = Record<string, Attribute>
/** Adds one node of the operator (and constants) and returns nothing: the node is the last one. */
type Build = (network: Network, draw: <T>(arbitrary: fc.Arbitrary<T>) => T) => void

const dim = fc.integer({ min: 1, max: 5 })
const size = fc.integer({ min: 4, max: 11 })
const small = fc.integer({ min: 0, max: 2 })
const stride = fc.integer({ min: 1, max: 3 })
const bool = fc.boolean()
const shapeOf = (rank: number): fc.Arbitrary<number[]> => fc.array(dim, { minLength: rank, maxLength: rank })
const anyShape = fc.integer({ min: 1, max: 4 }).chain(shapeOf)

const autoPad = fc.constantFrom('NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID')

/** kernel_shape, strides, dilations, pads or auto_pad of a 2-D window. */
function window(draw: Parameters<Build>[1], dilated: boolean): Attributes {
  const pair = (value: fc.Arbitrary<number>): number[] => [draw(value), draw(value)]
  const mode = draw(autoPad)
  return {
    kernel_shape: ints(pair(fc.integer({ min: 1, max: 3 }))),
    strides: ints(pair(stride)),
    ...(dilated && { dilations: ints(pair(fc.integer({ min: 1, max: 2 }))) }),
    ...(mode === 'NOTSET' ? { pads: ints([...pair(small), ...pair(small)]) } : { auto_pad: string(mode) }),
  }
}

function numbersOf(attributes: Attributes, name: string): readonly number[] {
  const attribute = attributes[name]
  return attribute.type === 'ints' ? attribute.value : []
}

function picture(network: Network, draw: Parameters<Build>[1], channels = draw(dim)): string {
  return network.input('x', [draw(dim), channels, draw(size), draw(size)])
}

/** Two shapes that broadcast, of ranks up to 4. */
function pair(network: Network, draw: Parameters<Build>[1]): string[] {
  const full = draw(anyShape)
  const cut = draw(fc.integer({ min: 0, max: full.length }))
  const part = full.slice(cut).map((value) => (draw(bool) ? 1 : value))
  const [a, b] = draw(bool) ? [full, part] : [part, full]
  return [network.input('a', a), network.input('b', b)]
}

function axisOf(draw: Parameters<Build>[1], rank: number): number {
  return draw(fc.integer({ min: -rank, max: rank - 1 }))
}

function reduced(opType: string): Build {
  return (network, draw) => {
    const shape = draw(anyShape)
    const axes = draw(fc.uniqueArray(fc.integer({ min: 0, max: shape.length - 1 }), { minLength: 0, maxLength: 3 }))
    const inputs = [network.input('x', shape)]
    if (axes.length > 0) inputs.push(network.int64(axes.map((axis) => (draw(bool) ? axis - shape.length : axis))))
    const attributes: Attributes = { keepdims: int(draw(bool) ? 1 : 0) }
    if (axes.length === 0 && draw(bool)) attributes['noop_with_empty_axes'] = int(1)
    network.node(opType, inputs, attributes)
  }
}

const BUILDS: Record<string, Build> = {
  Conv: (n, draw) => {
    const group = draw(fc.constantFrom(1, 2))
    const x = picture(n, draw, 2 * group)
    const attributes = window(draw, true)
    const kernel = numbersOf(attributes, 'kernel_shape')
    n.node('Conv', [x, n.random([3 * group, 2, ...kernel])], { ...attributes, group: int(group) })
  },
  ConvTranspose: (n, draw) => {
    const group = draw(fc.constantFrom(1, 2))
    const x = picture(n, draw, 2 * group)
    const attributes = window(draw, true)
    const kernel = numbersOf(attributes, 'kernel_shape')
    const strides = numbersOf(attributes, 'strides')
    if (draw(bool)) attributes['output_padding'] = ints(strides.map((value) => value - 1))
    n.node('ConvTranspose', [x, n.random([2 * group, 3, ...kernel])], { ...attributes, group: int(group) })
  },
  MaxPool: (n, draw) => {
    const attributes: Attributes = { ...window(draw, true), ceil_mode: int(draw(bool) ? 1 : 0) }
    // onnxruntime forgets the dilation when it pads for SAME.
    if (attributes['auto_pad'] !== undefined) delete attributes['dilations']
    n.nodes('MaxPool', [picture(n, draw)], draw(fc.constantFrom(1, 2)), attributes)
  },
  AveragePool: (n, draw) =>
    void n.node('AveragePool', [picture(n, draw)], {
      ...window(draw, false),
      ceil_mode: int(draw(bool) ? 1 : 0),
      count_include_pad: int(draw(bool) ? 1 : 0),
    }),
  GlobalAveragePool: (n, draw) => void n.node('GlobalAveragePool', [picture(n, draw)]),
  Add: (n, draw) => void n.node('Add', pair(n, draw)),
  Greater: (n, draw) => void n.node('Greater', pair(n, draw)),
  Where: (n, draw) => {
    const [a, b] = pair(n, draw)
    n.node('Where', [n.node('Less', [a, b]), a, b])
  },
  MatMul: (n, draw) => {
    const [batch, rows, inner, columns] = draw(shapeOf(4))
    const a = draw(fc.constantFrom([inner], [rows, inner], [batch, rows, inner], [1, batch, rows, inner]))
    const b = draw(fc.constantFrom([inner], [inner, columns], [batch, inner, columns]))
    n.node('MatMul', [n.input('a', a), n.input('b', b)])
  },
  Gemm: (n, draw) => {
    const [rows, inner, columns] = draw(shapeOf(3))
    const [transA, transB] = [draw(bool), draw(bool)]
    const a = n.input('a', transA ? [inner, rows] : [rows, inner])
    const b = n.input('b', transB ? [columns, inner] : [inner, columns])
    n.node('Gemm', [a, b], { transA: int(transA ? 1 : 0), transB: int(transB ? 1 : 0) })
  },
  Einsum: (n, draw) => {
    const [batch, i, j, k] = draw(shapeOf(4))
    const [equation, a, b] = draw(
      fc.constantFrom<[string, number[], number[]]>(
        ['bij,bjk->bik', [batch, i, j], [batch, j, k]],
        ['bij,kj->bki', [batch, i, j], [k, j]],
        [' ij , jk ', [i, j], [j, k]],
        ['...ij,...jk->...ik', [batch, 1, i, j], [batch, j, k]],
        ['ij,ij->', [i, j], [i, j]],
        ['kj,ij', [k, j], [i, j]],
      ),
    )
    n.node('Einsum', [n.input('a', a), n.input('b', b)], { equation: string(equation) })
  },
  Reshape: (n, draw) => {
    const [a, b, c] = draw(shapeOf(3))
    const target = draw(
      fc.constantFrom([a * b, c], [-1], [0, -1], [a, -1, c], [0, 0, c], [1, a, b, c], [c, b, a], [-1, b, 1, c]),
    )
    n.node('Reshape', [n.input('x', [a, b, c]), n.int64(target)])
  },
  Flatten: (n, draw) => {
    const shape = draw(anyShape)
    n.node('Flatten', [n.input('x', shape)], { axis: int(draw(fc.integer({ min: -shape.length, max: shape.length }))) })
  },
  Transpose: (n, draw) => {
    const shape = draw(anyShape)
    const perm = draw(fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }))
    n.node('Transpose', [n.input('x', shape)], draw(bool) ? { perm: ints(perm) } : {})
  },
  Squeeze: (n, draw) => {
    const shape = draw(anyShape).flatMap((value) => (draw(bool) ? [value, 1] : [value]))
    const ones = [...shape.keys()]
      .filter((axis) => shape[axis] === 1)
      .map((axis) => axis - (draw(bool) ? shape.length : 0))
    n.node('Squeeze', [n.input('x', shape), ...(ones.length > 0 && draw(bool) ? [n.int64(ones)] : [])])
  },
  Unsqueeze: (n, draw) => {
    const shape = draw(shapeOf(2))
    n.node('Unsqueeze', [n.input('x', shape), n.int64(draw(fc.constantFrom([0], [1, 3], [-1], [0, -1], [2, 0, 4])))])
  },
  Concat: (n, draw) => {
    const shape = draw(anyShape)
    const axis = axisOf(draw, shape.length)
    const other = shape.map((value, i) => (i === (axis + shape.length) % shape.length ? draw(dim) : value))
    n.node('Concat', [n.input('a', shape), n.input('b', other)], { axis: int(axis) })
  },
  Split: (n, draw) => {
    const shape = draw(shapeOf(3))
    const axis = axisOf(draw, 3)
    const parts = draw(shapeOf(3))
    shape[(axis + 3) % 3] = parts.reduce((sum, value) => sum + value)
    n.nodes('Split', [n.input('x', shape), n.int64(parts)], 3, { axis: int(axis) })
  },
  'Split into equal parts': (n, draw) => {
    const shape = draw(shapeOf(2))
    n.nodes('Split', [n.input('x', [7, ...shape])], 3, { num_outputs: int(3) })
  },
  Slice: (n, draw) => {
    const shape = [draw(size), draw(size)]
    const end = fc.integer({ min: -15, max: 15 })
    const step = draw(fc.constantFrom(1, 2, 3, -1, -2))
    const axis = draw(fc.constantFrom(0, 1, -1))
    const inputs = [[draw(end)], [draw(end)], [axis], [step]].map((value) => n.int64(value))
    n.node('Slice', [n.input('x', shape), ...inputs])
  },
  Pad: (n, draw) => {
    const pads = [draw(small), draw(small), draw(small), draw(fc.integer({ min: -2, max: 2 }))]
    n.node('Pad', [n.input('x', [draw(size), draw(size)]), n.int64(pads)])
  },
  'Pad of some axes': (n, draw) =>
    void n.node('Pad', [
      n.input('x', draw(shapeOf(3))),
      n.int64([draw(small), draw(small)]),
      n.floats([0], []),
      n.int64([-1]),
    ]),
  Gather: (n, draw) => {
    const shape = draw(anyShape)
    const indices = draw(
      fc.constantFrom<[number[], number[]]>(
        [[0], []],
        [[0, 0], [2]],
        [
          [0, 0, 0, 0],
          [2, 2],
        ],
      ),
    )
    n.node('Gather', [n.input('x', shape), n.int64(...indices)], { axis: int(axisOf(draw, shape.length)) })
  },
  GatherND: (n) => void n.node('GatherND', [n.input('x', [3, 4, 5]), n.int64([0, 1, 2, 3], [2, 2])]),
  ScatterND: (n) => void n.node('ScatterND', [n.input('x', [3, 4]), n.int64([0, 2], [2, 1]), n.input('u', [2, 4])]),
  Expand: (n, draw) => {
    const shape = draw(shapeOf(2))
    n.node('Expand', [n.input('x', [shape[0], 1]), n.int64([2, shape[0], shape[1]])])
  },
  Tile: (n, draw) => {
    const shape = draw(anyShape)
    n.node('Tile', [n.input('x', shape), n.int64(draw(shapeOf(shape.length)))])
  },
  'Resize by scales': (n, draw) => {
    const scale = fc.constantFrom(0.5, 1, 1.5, 2, 2.6)
    n.node('Resize', [picture(n, draw), '', n.floats([1, 1, draw(scale), draw(scale)])], {
      mode: string(draw(fc.constantFrom('nearest', 'linear'))),
    })
  },
  'Resize to sizes': (n, draw) => {
    const target = [draw(size), draw(size)]
    const policy = draw(fc.constantFrom('stretch', 'not_larger', 'not_smaller'))
    n.node('Resize', [picture(n, draw), '', '', n.int64(target)], {
      axes: ints([2, 3]),
      keep_aspect_ratio_policy: string(policy),
    })
  },
  ReduceMean: reduced('ReduceMean'),
  ReduceMax: reduced('ReduceMax'),
  ReduceSum: reduced('ReduceSum'),
  ArgMax: (n, draw) => {
    const shape = draw(anyShape)
    n.node('ArgMax', [n.input('x', shape)], {
      axis: int(axisOf(draw, shape.length)),
      keepdims: int(draw(bool) ? 1 : 0),
    })
  },
  TopK: (n, draw) => {
    const shape = draw(anyShape)
    n.nodes('TopK', [n.input('x', shape), n.int64([1])], 2, { axis: int(axisOf(draw, shape.length)) })
  },
  Softmax: (n, draw) => void n.node('Softmax', [n.input('x', draw(anyShape))], { axis: int(-1) }),
  DepthToSpace: (n, draw) => void n.node('DepthToSpace', [picture(n, draw, 8)], { blocksize: int(2) }),
  SpaceToDepth: (n, draw) =>
    void n.node('SpaceToDepth', [n.input('x', [1, 3, 4, 6])], { blocksize: int(draw(fc.constantFrom(1, 2))) }),
  OneHot: (n) => void n.node('OneHot', [n.int64([0, 1], [2]), n.int64([4], []), n.floats([0, 1])], { axis: int(-1) }),
  ConstantOfShape: (n, draw) =>
    void n.node('ConstantOfShape', [n.int64(draw(anyShape))], {
      value: { type: 'tensor', value: Tensor.int64([1], [7]) },
    }),
  Shape: (n, draw) => void n.node('Shape', [n.input('x', draw(shapeOf(4)))], { start: int(1), end: int(-1) }),
  Cast: (n, draw) =>
    void n.node('Cast', [n.input('x', draw(anyShape))], { to: int(draw(fc.constantFrom(1, 2, 3, 6, 7, 9, 10))) }),
  BatchNormalization: (n, draw) => {
    const x = picture(n, draw, 3)
    n.node('BatchNormalization', [x, ...Array.from({ length: 4 }, () => n.random([3]))])
  },
  InstanceNormalization: (n, draw) =>
    void n.node('InstanceNormalization', [picture(n, draw, 3), n.random([3]), n.random([3])]),
  LayerNormalization: (n, draw) => {
    const shape = draw(shapeOf(3))
    n.nodes('LayerNormalization', [n.input('x', shape), n.random([shape[2]])], 3, { axis: int(-1) })
  },
  GridSample: (n, draw) => {
    const [batch, channels] = [draw(dim), draw(dim)]
    n.node('GridSample', [n.input('x', [batch, channels, 5, 6]), n.input('g', [batch, draw(dim), draw(dim), 2])])
  },
  RoiAlign: (n, draw) => {
    const count = draw(dim)
    const indices = n.int64(Array.from({ length: count }, () => 0))
    n.node('RoiAlign', [n.input('x', [1, 3, 8, 8]), n.input('rois', [count, 4]), indices], {
      output_height: int(2),
      output_width: int(3),
    })
  },
  Clip: (n, draw) => void n.node('Clip', [n.input('x', draw(anyShape)), n.floats([0], [])]),
  PRelu: (n, draw) => void n.node('PRelu', [picture(n, draw, 3), n.random([3, 1, 1])]),
  HardSigmoid: (n, draw) => void n.node('HardSigmoid', [n.input('x', draw(anyShape))], { alpha: float(0.2) }),
}

/** The types of the last node's outputs as we infer them; undefined where we refuse. */
function own(network: Network): string[] | undefined {
  const graph = network.graph.clone()
  graph.outputs = []
  try {
    inferTypes(graph)
  } catch (error) {
    if (error instanceof OpenMapperError) return undefined
    throw error
  }
  return graph.nodes
    .flatMap((node) => node.outputs)
    .map((name) => `${graph.type(name)?.dtype} ${graph.type(name)?.shape?.join('x')}`)
}

const RUNS = 16

/** Here onnxruntime's inference differs from what it then computes (ceil_mode or output_padding beside auto_pad). */
const COMPUTED = new Set(['ConvTranspose', 'MaxPool', 'AveragePool'])

async function computedTypes(graph: Graph): Promise<Map<string, ValueType>> {
  const session = await openSession(modelOf(graph), { level: 'disabled' })
  const results = await session.run(randomFeeds(graph, 1))
  await session.release()
  return new Map([...results].map(([name, { dtype, shape }]) => [name, { dtype, shape }]))
}

describe('shape functions', () => {
  test.each(Object.entries(BUILDS))('%s', async (operator, build) => {
    let compared = 0
    for (let seed = 0; seed < RUNS; seed++) {
      const network = new Network()
      let drawn = 0
      build(network, (arbitrary) => fc.sample(arbitrary, { seed: 1000 * seed + drawn++, numRuns: 1 })[0])
      const { graph } = network
      graph.outputs = graph.nodes
        .flatMap((node) => node.outputs)
        .map((name) => ({ name, dtype: name.endsWith('_y1') ? 'int64' : 'float32', shape: undefined }))
      const oracle = await (COMPUTED.has(operator) ? computedTypes(graph) : oracleTypes(modelOf(graph))).catch(
        () => undefined,
      )
      // What onnxruntime refuses (an empty output, say) we may refuse too.
      if (oracle === undefined) continue
      compared++
      expect({ seed, types: own(network) }).toEqual({
        seed,
        types: [...oracle.values()].map(({ dtype, shape }) => `${dtype} ${shape?.join('x')}`),
      })
    }
    expect(compared).toBeGreaterThan(3)
  })
})
