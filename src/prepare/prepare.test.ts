import { describe, expect, test } from 'vitest'
import { generator } from '../../test/support/random.ts'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import type { Layout, ResolvedInput, RuntimeType, SpaceAndRange, TrainType } from '../config/types.ts'
import type { OptimizationLevel } from '../engine.ts'
import type { DType } from '../ir/dtype.ts'
import { Graph } from '../ir/graph.ts'
import { type Model, modelOf } from '../ir/model.ts'
import { ints } from '../ir/node.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'
import { readOnnx } from '../onnx/read.ts'
import { writeOnnx } from '../onnx/write.ts'
import { inferTypes } from '../ops/infer.ts'
import { openSession } from '../runtime/session.ts'
import { rgbToYuv, yuvToRgb } from './colour.ts'
import { channelCount } from './coefficients.ts'
import { toMiddleType } from './middle-type.ts'
import { prepareModel } from './prepare.ts'

const LEVELS: readonly OptimizationLevel[] = ['disabled', 'basic', 'all']

/** A network that shows its input: y = Transpose(x). */
function mirror(input: ResolvedInput, dtype: DType = 'float32'): Model {
  const info = { name: input.name, dtype, shape: [...input.shape] }
  const shape = [...input.shape].reverse()
  const graph = new Graph('mirror', [info], [{ name: 'y', dtype: 'float32', shape }])
  let value = input.name
  if (dtype !== 'float32') {
    value = graph.addNode({
      name: 'cast',
      opType: 'Cast',
      inputs: [value],
      outputs: ['pixels'],
      attributes: { to: { type: 'int', value: 1 } },
    }).outputs[0]
  }
  const perm = shape.map((_, i) => shape.length - 1 - i)
  graph.addNode({
    name: 'turn',
    opType: 'Transpose',
    inputs: [value],
    outputs: ['y'],
    attributes: { perm: ints(perm) },
  })
  return modelOf(graph)
}

async function answer(model: Model | Uint8Array, feed: Tensor, level: OptimizationLevel): Promise<number[]> {
  const session = await openSession(model, { level })
  const [value] = (await session.run(new Map([['data', feed]]))).values()
  await session.release()
  return value.numbers()
}

/** Training pixels with one colour per 2x2 block, so that nv12 loses nothing; YUV pixels stay in range. */
function pixels(input: ResolvedInput): Tensor {
  const next = generator(7)
  const channels = channelCount(input)
  const [height, width] = input.layoutTrain === 'NCHW' ? input.shape.slice(2) : input.shape.slice(1, 3)
  const blocks = Array.from({ length: elementCount(input.shape) }, () => Math.floor(next() * 256))
  const colour = (c: number, y: number, x: number): number =>
    blocks[((y >> 1) * Math.ceil(width / 2) + (x >> 1)) * channels + c]
  const data = new Uint8Array(elementCount(input.shape))
  for (let i = 0; i < data.length; i++) {
    const [plane, pixel] = [height * width, Math.floor(i / channels)]
    const [c, p] = input.layoutTrain === 'NCHW' ? [Math.floor(i / plane), i % plane] : [i % channels, pixel]
    data[i] = colour(c, Math.floor(p / width), p % width)
  }
  return Tensor.of('uint8', input.shape, data)
}

/** What the training pipeline fed: (pixel - mean) * scale. */
function normalised(train: Tensor, input: ResolvedInput): Tensor {
  const channels = channelCount(input)
  const plane = elementCount(input.shape) / channels
  const pick = (list: readonly number[] | undefined, c: number, none: number): number =>
    list === undefined ? none : list[list.length === 1 ? 0 : c]
  const values = train.numbers().map((value, i) => {
    const c = input.layoutTrain === 'NCHW' ? Math.floor(i / plane) : i % channels
    return (value - pick(input.mean, c, 0)) * pick(input.scale, c, 1)
  })
  return Tensor.float32(input.shape, values)
}

/** Largest error in 0..255 units: Y, U, V rounded to integers and clipped (U, V reach 255.5), and matrices of three decimals. */
function yuvTolerance(range: SpaceAndRange): number {
  const back = yuvToRgb(range).rows
  const there = rgbToYuv(range).rows
  const errors = back.map((row, i) => {
    const rounding = row.reduce((sum, factor) => sum + Math.abs(factor) * 0.5, 0)
    const decimals = [0, 1, 2].map((j) => row.reduce((sum, factor, k) => sum + factor * there[k][j], i === j ? -1 : 0))
    return rounding + 255 * decimals.reduce((sum, error) => sum + Math.abs(error), 0)
  })
  return Math.max(...errors)
}

interface Pair {
  train: TrainType
  rt: RuntimeType
  range: SpaceAndRange
  exact: boolean
}

const PAIRS: readonly Pair[] = (
  [
    ['yuv444', ['nv12', 'yuv444']],
    ['rgb', ['nv12', 'yuv444', 'rgb', 'bgr']],
    ['bgr', ['nv12', 'yuv444', 'rgb', 'bgr']],
    ['gray', ['gray']],
    ['featuremap', ['featuremap']],
  ] as const
).flatMap(([train, runtimes]) =>
  runtimes.flatMap((rt): Pair[] => {
    const yuv = (rt === 'nv12' || rt === 'yuv444') && train !== 'yuv444'
    const regular: Pair = { train, rt, range: 'regular', exact: !yuv }
    return yuv ? [regular, { ...regular, range: 'bt601_video' }] : [regular]
  }),
)

describe.each(PAIRS)('train $train, rt $rt, $range', ({ train, rt, range, exact }) => {
  const channels = train === 'gray' ? 1 : 3
  const norms = {
    none: {},
    mean: { mean: [104.5, 117.25, 123].slice(0, channels) },
    'mean and scale': { mean: [127.5], scale: [0.017, 0.018, 0.019].slice(0, channels) },
  }
  test.each(
    (['NCHW', 'NHWC'] as Layout[]).flatMap((layout) =>
      (Object.keys(norms) as (keyof typeof norms)[]).map((norm) => ({ layout, norm })),
    ),
  )('$layout, $norm: the prepared model sees what training fed', async ({ layout, norm }) => {
    const input = resolvedInput({
      typeTrain: train,
      typeRt: rt,
      spaceAndRange: range,
      layoutTrain: layout,
      shape: layout === 'NCHW' ? [1, channels, 8, 6] : [1, 8, 6, channels],
      ...norms[norm],
    })
    const source = pixels(input)
    const expected = await answer(mirror(input), normalised(source, input), 'disabled')
    // Through the file format and back, as users get it.
    const prepared = writeOnnx(prepareModel(mirror(input), [input]))
    expect(readOnnx(prepared, { source: 'prepared' }).graph.inputs).toEqual([
      { name: 'data', dtype: 'float32', shape: input.shape },
    ])
    const scale = Math.max(...(input.scale ?? [1]))
    const tolerance = exact ? 255 * scale * 1e-6 : scale * yuvTolerance(range)
    for (const level of LEVELS) {
      const actual = await answer(prepared, toMiddleType(source, input), level)
      const worst = Math.max(...actual.map((value, i) => Math.abs(value - expected[i])))
      expect(worst).toBeLessThanOrEqual(tolerance)
      // A wrong colour order or a lost mean would be far outside; the tolerance itself must stay small.
      expect(tolerance / scale).toBeLessThan(4)
    }
  })
})

test('a featuremap without mean and scale is left alone, an image never is', () => {
  const feature = resolvedInput({ typeTrain: 'featuremap', typeRt: 'featuremap' })
  expect(prepareModel(mirror(feature), [feature]).graph.nodes.map((node) => node.name)).toEqual(['turn'])
  const image = resolvedInput()
  const { graph } = prepareModel(mirror(image), [image])
  expect(graph.nodes.map((node) => node.name)).toEqual(['HZ_PREPROCESS_FOR_data', 'turn'])
  const [preprocess] = graph.nodes
  expect(preprocess.string('data_format', '')).toBe('NCHW')
  expect(preprocess.string('input_type', '')).toBe('RGB_128')
  const [weight, bias] = preprocess.inputs.slice(1).map((name) => graph.constant(name)!.numbers())
  expect(weight).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
  expect(bias).toEqual([128, 128, 128])
})

test('the source model is not changed, and an artefact is refused as source', () => {
  const input = resolvedInput()
  const source = mirror(input)
  const prepared = prepareModel(source, [input])
  expect(source.graph.nodes.map((node) => node.inputs)).toEqual([['data']])
  expect(() => prepareModel(prepared, [input])).toThrow(
    expect.objectContaining({ code: 'STAGE_ALREADY_PREPARED', fix: expect.stringContaining('onnx_model') }),
  )
})

test('uint8 pixels behind a Cast become float32', async () => {
  const input = resolvedInput()
  const prepared = prepareModel(mirror(input, 'uint8'), [input])
  inferTypes(prepared.graph)
  const source = pixels(input)
  const expected = await answer(mirror(input, 'uint8'), source, 'disabled')
  for (const level of LEVELS) expect(await answer(prepared, toMiddleType(source, input), level)).toEqual(expected)
})
