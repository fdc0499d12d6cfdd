/** Each rewrite where it fires and where it must not; every case also proves that the outputs stay. */
import { describe, expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { optimizedOperators } from '../../test/support/optimized.ts'
import { generator } from '../../test/support/random.ts'
import { type Attribute, float, int, ints, string } from '../ir/node.ts'

type Body = (n: Network, x: string) => string | readonly string[]
type Case = [name: string, body: Body, operators: string]

const pads = ints([1, 1, 1, 1])

function batchNorm(n: Network, x: string, channels: number, extra: Record<string, Attribute> = {}): string {
  const next = generator(channels)
  const variance = Array.from({ length: channels }, () => 0.5 + next())
  const inputs = [x, n.random([channels]), n.random([channels]), n.random([channels]), n.floats(variance)]
  return n.node('BatchNormalization', inputs, extra)
}

const flat = (n: Network, x: string): string => n.node('Flatten', [x])

function check(cases: readonly Case[], shape: readonly number[] = [1, 4, 8, 8]): void {
  test.each(cases)('%s', async (_, body, operators) => {
    const n = new Network(5)
    n.output(...[body(n, n.input('x', shape))].flat())
    expect(await optimizedOperators(n.model())).toBe(operators)
  })
}

describe('constants', () => {
  check([
    ['arithmetic on constants', (n, x) => n.node('Add', [x, n.node('Mul', [n.floats([2]), n.floats([3])])]), 'Add'],
    [
      'a reshape by shape arithmetic',
      (n, x) => {
        const batch = n.node('Gather', [n.node('Shape', [x]), n.int64([0], [])], { axis: int(0) })
        const target = n.node('Concat', [n.node('Unsqueeze', [batch, n.int64([0])]), n.int64([-1])], { axis: int(0) })
        return n.node('Relu', [n.node('Reshape', [x, target])])
      },
      'Reshape Relu',
    ],
  ])
})

describe('nodes that do nothing', () => {
  check([
    ['Identity and Dropout', (n, x) => n.node('Relu', [n.node('Dropout', [n.node('Identity', [x])])]), 'Relu'],
    ['a Cast to the same type', (n, x) => n.node('Relu', [n.node('Cast', [x], { to: int(1) })]), 'Relu'],
    [
      'a Cast to another type stays',
      (n, x) => n.node('Cast', [n.node('Cast', [x], { to: int(7) })], { to: int(1) }),
      'Cast Cast',
    ],
    [
      '+ 0 and * 1',
      (n, x) => n.node('Relu', [n.node('Mul', [n.node('Add', [x, n.floats([0])]), n.floats([1])])]),
      'Relu',
    ],
    [
      '+ 0 that broadcasts stays',
      (n, x) =>
        n.node('Add', [
          x,
          n.floats(
            Array.from({ length: 2 }, () => 0),
            [2, 1, 1, 1, 1],
          ),
        ]),
      'Add',
    ],
    [
      'a Slice of everything',
      (n, x) => n.node('Relu', [n.node('Slice', [x, n.int64([0]), n.int64([99]), n.int64([2])])]),
      'Relu',
    ],
    ['nodes nothing reads', (n, x) => (n.node('Exp', [x]), n.node('Relu', [x])), 'Relu'],
    ['the same node twice', (n, x) => n.node('Mul', [n.node('Exp', [x]), n.node('Exp', [x])]), 'Exp Mul'],
    ['two outputs of the same kind stay two', (n, x) => [n.node('Exp', [x]), n.node('Exp', [x])], 'Exp Exp'],
  ])
})

describe('BatchNormalization and scales', () => {
  const conv: Body = (n, x) => n.conv(x, [6, 4, 3, 3], { pads })
  check([
    ['into a Conv', (n, x) => batchNorm(n, conv(n, x) as string, 6), 'Conv'],
    ['into a Conv without bias', (n, x) => batchNorm(n, n.node('Conv', [x, n.random([6, 4, 1, 1])]), 6), 'Conv'],
    ['into a grouped Conv', (n, x) => batchNorm(n, n.conv(x, [8, 2, 3, 3], { group: int(2) }), 8), 'Conv'],
    [
      'into a ConvTranspose',
      (n, x) => batchNorm(n, n.node('ConvTranspose', [x, n.random([4, 6, 2, 2])], { strides: ints([2, 2]) }), 6),
      'ConvTranspose',
    ],
    [
      'into a grouped ConvTranspose',
      (n, x) => batchNorm(n, n.node('ConvTranspose', [x, n.random([4, 3, 2, 2])], { group: int(2) }), 6),
      'ConvTranspose',
    ],
    [
      'into a Gemm',
      (n, x) => batchNorm(n, n.node('Gemm', [flat(n, n.node('GlobalAveragePool', [x])), n.random([4, 5])]), 5),
      'GlobalAveragePool Conv Reshape',
    ],
    [
      'of a Conv that is read twice',
      (n, x) => {
        const y = conv(n, x) as string
        return n.node('Add', [batchNorm(n, y, 6), n.node('Relu', [y])])
      },
      'Conv Relu Conv Add',
    ],
    [
      'of a Conv that is an output',
      (n, x) => {
        const y = conv(n, x) as string
        return [y, batchNorm(n, y, 6)]
      },
      'Conv Conv',
    ],
    ['alone becomes a depthwise Conv', (n, x) => batchNorm(n, x, 4), 'Conv'],
    [
      'alone, Mul and Add behind it go along',
      (n, x) => conv(n, n.node('Add', [n.node('Mul', [batchNorm(n, x, 4), n.random([4, 1, 1])]), n.random([4, 1, 1])])),
      'Conv Conv',
    ],
    [
      'Mul and Add per channel',
      (n, x) => n.node('Add', [n.node('Mul', [conv(n, x) as string, n.random([6, 1, 1])]), n.random([1, 6, 1, 1])]),
      'Conv',
    ],
    [
      'Sub and Div by a number',
      (n, x) => n.node('Div', [n.node('Sub', [conv(n, x) as string, n.floats([3], [])]), n.floats([2])]),
      'Conv',
    ],
    [
      'Mul and Add per channel with no Conv before, and one behind: a depthwise Conv',
      (n, x) => conv(n, n.node('Add', [n.node('Mul', [n.random([4, 1, 1]), x]), n.random([4, 1, 1])])),
      'Conv Conv',
    ],
    [
      'Mul per channel behind the last Conv stays',
      (n, x) => n.node('Mul', [n.node('Exp', [x]), n.random([4, 1, 1])]),
      'Exp Mul',
    ],
    ['Mul by a number stays', (n, x) => conv(n, n.node('Mul', [n.node('Exp', [x]), n.floats([3])])), 'Exp Mul Conv'],
    ['Mul along the width stays', (n, x) => conv(n, n.node('Mul', [x, n.random([8])])), 'Mul Conv'],
    ['a constant minus the Conv', (n, x) => n.node('Sub', [n.floats([1]), conv(n, x) as string]), 'Conv Sub'],
    [
      'a constant divided by the Conv stays',
      (n, x) => n.node('Div', [n.floats([1]), conv(n, x) as string]),
      'Conv Div',
    ],
    ['an Add along the width stays', (n, x) => n.node('Add', [conv(n, x) as string, n.random([8])]), 'Conv Add'],
  ])
})

describe('Pad', () => {
  const padded = (n: Network, x: string, amounts: number[], value = 0): string =>
    n.node('Pad', [x, n.int64(amounts), n.floats([value], [])])
  const around = [0, 0, 1, 2, 0, 0, 0, 1]
  check([
    ['into a Conv', (n, x) => n.conv(padded(n, x, around), [2, 4, 3, 3]), 'Conv'],
    ['into a Conv that pads itself', (n, x) => n.conv(padded(n, x, around), [2, 4, 4, 4], { pads }), 'Conv'],
    [
      'into both Convs that read it',
      (n, x) => {
        const y = padded(n, x, around)
        return [n.conv(y, [2, 4, 3, 3]), n.conv(y, [2, 4, 1, 1])]
      },
      'Conv Conv',
    ],
    [
      'read by a Conv and something else stays',
      (n, x) => {
        const y = padded(n, x, around)
        return [n.conv(y, [2, 4, 3, 3]), n.node('Relu', [y])]
      },
      'Pad Conv Relu',
    ],
    ['of ones stays', (n, x) => n.conv(padded(n, x, around, 1), [2, 4, 3, 3]), 'Pad Conv'],
    ['of channels stays', (n, x) => n.conv(padded(n, x, [0, 1, 0, 0, 0, 0, 0, 0]), [2, 5, 3, 3]), 'Pad Conv'],
    ['that cuts stays', (n, x) => n.conv(padded(n, x, [0, 0, -1, 0, 0, 0, 0, 0]), [2, 4, 3, 3]), 'Pad Conv'],
    [
      'into an AveragePool',
      (n, x) => n.node('AveragePool', [padded(n, x, around)], { kernel_shape: ints([3, 3]) }),
      'AveragePool',
    ],
    [
      'before a MaxPool of any values stays',
      (n, x) => n.node('MaxPool', [padded(n, x, around)], { kernel_shape: ints([3, 3]) }),
      'Pad MaxPool',
    ],
    [
      'before a MaxPool of positive values',
      (n, x) => n.node('MaxPool', [padded(n, n.node('Relu', [x]), around)], { kernel_shape: ints([3, 3]) }),
      'Relu MaxPool',
    ],
  ])
})

describe('Gemm and MatMul', () => {
  check([
    [
      'a classifier behind a pool is a Conv',
      (n, x) =>
        n.node('Gemm', [flat(n, n.node('GlobalAveragePool', [x])), n.random([7, 4]), n.random([7])], {
          transB: int(1),
        }),
      'GlobalAveragePool Conv Reshape',
    ],
    [
      'on a flattened map is a Conv of its size',
      (n, x) => n.node('Gemm', [flat(n, x), n.random([256, 3])]),
      'Conv Reshape',
    ],
    [
      'alpha, beta and transB fold',
      (n, x) =>
        n.node('Gemm', [flat(n, x), n.random([3, 256]), n.random([3])], {
          alpha: float(2),
          beta: float(0.5),
          transB: int(1),
        }),
      'Conv Reshape',
    ],
    [
      'MatMul and Add',
      (n, x) => n.node('Add', [n.node('MatMul', [flat(n, x), n.random([256, 3])]), n.random([3])]),
      'Conv Reshape',
    ],
    [
      'two with a Relu between them: the Relu stays at its Conv',
      (n, x) => n.node('Gemm', [n.node('Relu', [n.node('Gemm', [flat(n, x), n.random([256, 5])])]), n.random([5, 3])]),
      'Conv Relu Conv Reshape',
    ],
    [
      'read twice: the Relu stays where it is',
      (n, x) => {
        const y = n.node('Gemm', [flat(n, x), n.random([256, 5])])
        return [n.node('Relu', [y]), n.node('Exp', [y])]
      },
      'Conv Reshape Relu Exp',
    ],
    ['MatMul of rank 4 stays', (n, x) => n.node('MatMul', [x, n.random([8, 3])]), 'MatMul'],
    ['MatMul of two activations stays', (n, x) => n.node('MatMul', [x, n.node('Relu', [x])]), 'Relu MatMul'],
  ])
})

describe('activations', () => {
  const half = (n: Network): string => n.floats([0.5])
  const geluByTanh = (n: Network, x: string, cube: string): string => {
    const inner = n.node('Add', [x, n.node('Mul', [cube, n.floats([0.044715])])])
    const tanh = n.node('Tanh', [n.node('Mul', [inner, n.floats([Math.sqrt(2 / Math.PI)])])])
    return n.node('Mul', [n.node('Mul', [x, n.node('Add', [tanh, n.floats([1])])]), half(n)])
  }
  const erf = (n: Network, x: string): string => n.node('Erf', [n.node('Div', [x, n.floats([Math.SQRT2])])])
  check([
    ['SiLU', (n, x) => n.node('Mul', [n.node('Sigmoid', [x]), x]), 'HzSwish'],
    [
      'a Sigmoid of something else',
      (n, x) => n.node('Mul', [n.node('Sigmoid', [n.node('Relu', [x])]), x]),
      'Relu Sigmoid Mul',
    ],
    [
      'a Sigmoid that is read twice',
      (n, x) => {
        const s = n.node('Sigmoid', [x])
        return [n.node('Mul', [x, s]), s]
      },
      'Sigmoid Mul',
    ],
    [
      'HardSwish by HardSigmoid',
      (n, x) => n.node('Mul', [x, n.node('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) })]),
      'HardSwish',
    ],
    [
      'HardSwish by Clip',
      (n, x) =>
        n.node('Div', [
          n.node('Mul', [x, n.node('Clip', [n.node('Add', [x, n.floats([3])]), n.floats([0], []), n.floats([6], [])])]),
          n.floats([6]),
        ]),
      'HardSwish',
    ],
    [
      'HardSwish with the sixth at x',
      (n, x) => {
        const gate = n.node('Clip', [n.node('Add', [x, n.floats([3])]), n.floats([0], []), n.floats([6], [])])
        return n.node('Mul', [n.node('Mul', [n.floats([1 / 6]), x]), gate])
      },
      'HardSwish',
    ],
    [
      'HardSwish with a sixth in half precision',
      (n, x) => {
        const gate = n.node('Clip', [n.node('Add', [x, n.floats([3])]), n.floats([0], []), n.floats([6], [])])
        return n.node('Mul', [n.node('Mul', [n.floats([0.1666259765625]), x]), gate])
      },
      'HzScaledHardSwish',
    ],
    [
      'HardSwish with a fifth',
      (n, x) => {
        const gate = n.node('Clip', [n.node('Add', [x, n.floats([3])]), n.floats([0], []), n.floats([6], [])])
        return n.node('Mul', [n.node('Mul', [n.floats([1 / 5]), x]), gate])
      },
      'HzScaledHardSwish',
    ],
    [
      'another HardSigmoid is no HardSwish',
      (n, x) => n.node('Mul', [x, n.node('HardSigmoid', [x], { alpha: float(0.2), beta: float(0.5) })]),
      'HardSigmoid Mul',
    ],
    ['Mish', (n, x) => n.node('Mul', [x, n.node('Tanh', [n.node('Softplus', [x])])]), 'Mish'],
    ['GELU', (n, x) => n.node('Mul', [n.node('Mul', [x, n.node('Add', [erf(n, x), n.floats([1])])]), half(n)]), 'Gelu'],
    [
      'GELU with the half first',
      (n, x) => n.node('Mul', [n.node('Mul', [half(n), x]), n.node('Add', [erf(n, x), n.floats([1])])]),
      'Gelu',
    ],
    ['GELU by Tanh and Pow', (n, x) => geluByTanh(n, x, n.node('Pow', [x, n.floats([3])])), 'Gelu'],
    ['GELU by Tanh and products', (n, x) => geluByTanh(n, x, n.node('Mul', [n.node('Mul', [x, x]), x])), 'Gelu'],
    [
      'a Tanh of x + x^2 is no GELU',
      (n, x) => geluByTanh(n, x, n.node('Mul', [x, x])),
      'Mul Mul Add Mul Tanh Add Mul Mul',
    ],
  ])
})

describe('Transposes of channels-last imports', () => {
  const nchw = ints([0, 3, 1, 2])
  const nhwc = ints([0, 2, 3, 1])
  const turn = (n: Network, x: string, perm: Attribute): string => n.node('Transpose', [x], { perm })
  const convolution = (n: Network, x: string, weight: number[]): string =>
    turn(n, n.conv(turn(n, x, nchw), weight, weight[2] > 1 ? { pads } : {}), nhwc)
  check(
    [
      [
        'cancel between Convs',
        (n, x) => convolution(n, n.node('Relu', [convolution(n, x, [6, 4, 3, 3])]), [2, 6, 1, 1]),
        'Transpose Conv Relu Conv Transpose',
      ],
      [
        'pass a branch and its Add',
        (n, x) => {
          const a = convolution(n, x, [4, 4, 3, 3])
          return convolution(n, n.node('Add', [a, n.node('Relu', [a])]), [2, 4, 1, 1])
        },
        'Transpose Conv Relu Add Conv Transpose',
      ],
      [
        'pass a Concat of channels',
        (n, x) => {
          const a = convolution(n, x, [4, 4, 3, 3])
          return convolution(n, n.node('Concat', [a, n.node('Sigmoid', [a])], { axis: int(3) }), [2, 8, 1, 1])
        },
        'Transpose Conv Sigmoid Concat Conv Transpose',
      ],
      [
        'pass a constant per channel',
        (n, x) => convolution(n, n.node('PRelu', [convolution(n, x, [4, 4, 3, 3]), n.random([4])]), [2, 4, 1, 1]),
        'Transpose Conv PRelu Conv Transpose',
      ],
      [
        'stop at a Concat with a constant',
        (n, x) => {
          const a = n.node('Relu', [turn(n, x, nchw)])
          return n.node('Concat', [turn(n, a, nhwc), n.random([1, 8, 8, 2])], { axis: int(3) })
        },
        'Relu Concat',
      ],
      [
        'stop at a Concat with a constant, in the other layout',
        (n, x) => n.node('Concat', [turn(n, x, nchw), n.random([1, 2, 8, 8])], { axis: int(1) }),
        'Transpose Concat',
      ],
      [
        'two in a row are one',
        (n, x) => n.node('Relu', [turn(n, turn(n, x, ints([0, 2, 1, 3])), ints([0, 1, 3, 2]))]),
        'Relu Transpose',
      ],
    ],
    [1, 8, 8, 4],
  )
})

describe('random networks compute the same after all passes', () => {
  const STEPS: readonly ((n: Network, x: string, next: () => number) => string)[] = [
    (n, x) => n.conv(x, [4, 4, 3, 3], { pads }),
    (n, x) => n.node('Conv', [x, n.random([4, 1, 3, 3])], { pads, group: int(4) }),
    (n, x) => batchNorm(n, x, 4),
    (n, x) => n.node('Relu', [x]),
    (n, x) => n.node('Clip', [x, n.floats([0], []), n.floats([6], [])]),
    (n, x) => n.node('Mul', [x, n.node('Sigmoid', [x])]),
    (n, x) => n.node('Add', [x, n.random([4, 1, 1])]),
    (n, x) => n.node('Mul', [n.random([1, 4, 1, 1]), x]),
    (n, x) => n.node('Div', [x, n.floats([3], [])]),
    (n, x) =>
      n.node('Transpose', [n.node('Tanh', [n.node('Transpose', [x], { perm: ints([0, 2, 3, 1]) })])], {
        perm: ints([0, 3, 1, 2]),
      }),
    (n, x) =>
      n.node('Slice', [
        n.node('Pad', [x, n.int64([0, 0, 1, 1, 0, 0, 1, 1])]),
        n.int64([1, 1]),
        n.int64([9, 9]),
        n.int64([2, 3]),
      ]),
    (n, x) => n.node('MaxPool', [x], { kernel_shape: ints([3, 3]), pads }),
    (n, x) => n.node('AveragePool', [x], { kernel_shape: ints([3, 3]), pads, count_include_pad: int(1) }),
    (n, x) => n.node('Concat', n.nodes('Split', [x, n.int64([1, 3])], 2, { axis: int(1) }).reverse(), { axis: int(1) }),
    (n, x) => n.node('Add', [x, n.node('Identity', [x])]),
    (n, x) => n.node('Reshape', [n.node('Reshape', [x, n.int64([1, 4, -1])]), n.int64([1, 4, 8, 8])]),
    (n, x) => n.node('Squeeze', [n.node('Unsqueeze', [x, n.int64([2])]), n.int64([2])]),
    (n, x) => n.node('Cast', [n.node('Cast', [x], { to: int(1) })], { to: int(1) }),
    (n, x) =>
      n.node(
        'Resize',
        [n.node('MaxPool', [x], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }), '', n.floats([1, 1, 2, 2])],
        { mode: string('nearest') },
      ),
    (n, x) => n.node('LeakyRelu', [x], { alpha: float(0.1) }),
  ]

  test.each(Array.from({ length: 40 }, (_, seed) => seed))('seed %i', async (seed) => {
    const next = generator(seed + 1)
    const n = new Network(seed)
    const values = [n.input('x', [1, 4, 8, 8])]
    for (let i = 0; i < 8; i++) {
      const from = values[Math.max(0, values.length - 1 - Math.floor(3 * next() ** 2))]
      values.push(STEPS[Math.floor(STEPS.length * next())](n, from, next))
    }
    const second = values[Math.floor(values.length / 2)]
    n.output(n.node('Add', [values[values.length - 1], second]))
    expect(await optimizedOperators(n.model())).not.toBe('')
  })
})
