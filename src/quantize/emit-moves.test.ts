/** Operators that move values, pool or resample them. */
import { describe, expect, test } from 'vitest'
import { checkEmitted } from '../../test/support/check-emitted.ts'
import { between, type Network } from '../../test/support/network.ts'
import { type Attribute, int, ints, string } from '../ir/node.ts'

type Body = (network: Network, x: string) => string
type Attributes = Record<string, Attribute>

const around = (fused: string): string => [...fused.split(' '), 'Conv:1', 'QLinearConv:1'].sort().join(' ')

describe('operators that keep the scale of their input', () => {
  const window: Attributes = { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) }
  const nearest: Attributes = {
    mode: string('nearest'),
    coordinate_transformation_mode: string('asymmetric'),
    nearest_mode: string('floor'),
  }
  const pads = [0, 0, 1, 0, 0, 0, 2, 1]
  const cases: [name: string, fused: string, body: Body][] = [
    ['MaxPool', 'NhwcMaxPool:1', (n, x) => n.node('MaxPool', [x], window)],
    ['GlobalMaxPool', 'GlobalMaxPool:1', (n, x) => n.node('GlobalMaxPool', [x])],
    ['ReduceMax', 'ReduceMax:1', (n, x) => n.node('ReduceMax', [x, n.int64([2])], { keepdims: int(1) })],
    ['nearest Resize', 'Resize:1', (n, x) => n.node('Resize', [x, '', n.floats([1, 1, 2, 2])], nearest)],
    ['Reshape', 'Reshape:1', (n, x) => n.node('Reshape', [x, n.int64([1, 16, 8, 4])])],
    ['Slice', 'Slice:1', (n, x) => n.node('Slice', [x, n.int64([1]), n.int64([7]), n.int64([2]), n.int64([2])])],
    ['Gather', 'Gather:1', (n, x) => n.node('Gather', [x, n.int64([0, 3, 5])], { axis: int(1) })],
    ['Tile', 'Tile:1', (n, x) => n.node('Tile', [x, n.int64([1, 1, 2, 1])])],
    ['DepthToSpace', 'DepthToSpace:1', (n, x) => n.node('DepthToSpace', [x], { blocksize: int(2) })],
    ['SpaceToDepth', 'SpaceToDepth:1', (n, x) => n.node('SpaceToDepth', [x], { blocksize: int(2) })],
    [
      'Pad with 0',
      'MaxPool:1 Pad:1',
      (n, x) => n.node('MaxPool', [n.node('Pad', [x, n.int64(pads)])], { kernel_shape: ints([3, 3]) }),
    ],
    ['Pad by reflection', 'Pad:1', (n, x) => n.node('Pad', [x, n.int64(pads)], { mode: string('reflect') })],
  ]
  test.each(cases)('%s', async (_, fused, body) => {
    const { plan, calibration, fused: found } = await checkEmitted(between(body))
    expect(found).toBe(around(fused))
    const [before, ...after] = [...calibration.thresholds.values()].slice(1)
    expect(after.length).toBeGreaterThan(0)
    expect(new Set(after)).toEqual(new Set([before]))
    expect([...plan.quantizers.values()].slice(2).every((quantizer) => quantizer.follows)).toBe(true)
  })

  test('codes from 0 stay codes from 0', async () => {
    const { fused, plan } = await checkEmitted(between((n, x) => n.node('MaxPool', [x], window), { relu: true }))
    expect(fused).toBe(around('MaxPool:1'))
    expect([...plan.quantizers.values()].map((quantizer) => quantizer.nonNegative)).toEqual([false, true, true])
  })

  test('Transpose disappears in the layout of the integer kernels', async () => {
    const transpose: Body = (n, x) => n.node('Transpose', [x], { perm: ints([0, 2, 3, 1]) })
    expect((await checkEmitted(between(transpose))).fused).toBe('Conv:1 QLinearConv:1')
  })

  test('both outputs of a Split', async () => {
    const body: Body = (n, x) => {
      const [a, b] = n.nodes('Split', [x], 2, { axis: int(1), num_outputs: int(2) })
      return n.node('Add', [a, n.conv(b, [4, 4, 1, 1])])
    }
    for (const relu of [false, true]) {
      const { fused, calibration } = await checkEmitted(between(body, { relu }))
      expect(fused).toBe('Conv:1 QLinearAdd:1 QLinearConv:2 Split:1')
      expect(new Set([...calibration.thresholds.values()].slice(1, 4)).size).toBe(1)
    }
  })

  test('MaxPool behind MaxPool behind Relu: one threshold through the chain', async () => {
    const body: Body = (n, x) => n.node('MaxPool', [n.node('MaxPool', [x], window)], { kernel_shape: ints([2, 2]) })
    const { calibration } = await checkEmitted(between(body, { relu: true }))
    expect(new Set([...calibration.thresholds.values()].slice(1)).size).toBe(1)
  })
})

describe('averages have a scale of their own', () => {
  const resize = (mode: string, coordinates: string): Body => {
    const attributes = { mode: string(mode), coordinate_transformation_mode: string(coordinates) }
    return (n, x) => n.node('Resize', [x, '', n.floats([1, 1, 2, 2])], attributes)
  }
  const cases: [name: string, fused: string, body: Body][] = [
    ['GlobalAveragePool', 'QLinearGlobalAveragePool:1', (n, x) => n.node('GlobalAveragePool', [x])],
    ['ReduceMean', 'ReduceMean:1', (n, x) => n.node('ReduceMean', [x, n.int64([2, 3])], { keepdims: int(1) })],
    ['ReduceSum', 'ReduceSum:1', (n, x) => n.node('ReduceSum', [x, n.int64([2])], { keepdims: int(1) })],
    ['linear Resize', 'Resize:1', resize('linear', 'half_pixel')],
    // Keeps the maximum, so the scales are equal by chance: it must not be computed on the codes.
    ['linear Resize that keeps the maximum', 'Resize:1', resize('linear', 'asymmetric')],
    ['cubic Resize', 'Resize:1', resize('cubic', 'align_corners')],
    [
      'Pad with a value',
      'MaxPool:1 Pad:1',
      (n, x) =>
        n.node('MaxPool', [n.node('Pad', [x, n.int64([0, 0, 1, 0, 0, 0, 2, 1]), n.floats([-0.7], [])])], {
          kernel_shape: ints([3, 3]),
        }),
    ],
  ]
  test.each(cases)('%s', async (_, fused, body) => {
    for (const relu of [false, true]) expect((await checkEmitted(between(body, { relu }))).fused).toBe(around(fused))
  })

  const window = { kernel_shape: ints([3, 3]), strides: ints([2, 2]) }
  const padded = { ...window, pads: ints([1, 1, 1, 1]) }
  const both = { ceil_mode: int(1), count_include_pad: int(1) }
  const same = { kernel_shape: ints([2, 2]), strides: ints([2, 2]), auto_pad: string('SAME_UPPER') }
  const pools: [name: string, integer: boolean, size: number, attributes: Attributes][] = [
    ['plain', true, 8, window],
    ['padded', true, 8, padded],
    ['padded, counting the padding', true, 8, { ...padded, count_include_pad: int(1) }],
    ['with ceil_mode', true, 8, { ...padded, ceil_mode: int(1) }],
    ['with ceil_mode and count_include_pad, unpadded', true, 8, { ...window, ...both }],
    ['with ceil_mode and count_include_pad, nothing beyond', true, 9, { ...padded, ...both }],
    // onnxruntime's integer kernel divides by what lies beyond the padding, too.
    ['with ceil_mode and count_include_pad, beyond the padding', false, 8, { ...padded, ...both }],
    ['SAME_UPPER', true, 9, same],
    ['with dilations of 1', true, 8, { ...window, dilations: ints([1, 1]) }],
    ['dilated', false, 9, { ...window, dilations: ints([2, 2]) }],
  ]
  test.each(pools)('AveragePool %s', async (_, integer, size, attributes) => {
    const body: Body = (n, x) => n.node('AveragePool', [x], attributes)
    const { fused } = await checkEmitted(between(body, { shape: [1, 3, size, size] }))
    expect(fused).toBe(integer ? around('QLinearAveragePool:1') : 'AveragePool:1 Conv:2')
  })
})
