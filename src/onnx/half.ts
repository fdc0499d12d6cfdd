/** float16, bfloat16 and float64 models become float32. */
import type { DType } from '../ir/dtype.ts'
import type { Graph } from '../ir/graph.ts'
import { int } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { dtypeNumber, dtypeOf } from './dtypes.ts'

const OTHER_FLOATS: ReadonlySet<DType> = new Set(['float16', 'bfloat16', 'float64'])

/** Attributes that choose an element type: of Cast, of EyeLike and the random generators, of the window functions. */
const TYPE_ATTRIBUTES = ['to', 'dtype', 'output_datatype']

/** Cast constants, declared types and Cast targets to float32, in place. Returns whether anything was cast. */
export function castToFloat32(graph: Graph): boolean {
  let changed = false
  const cast = (dtype: DType): DType => {
    if (!OTHER_FLOATS.has(dtype)) return dtype
    changed = true
    return 'float32'
  }
  for (const [name, tensor] of graph.constants) {
    if (cast(tensor.dtype) !== tensor.dtype) graph.setConstant(name, toFloat32(tensor))
  }
  for (const info of [...graph.inputs, ...graph.outputs]) info.dtype = cast(info.dtype)
  for (const node of graph.nodes) {
    for (const name of TYPE_ATTRIBUTES) {
      const target = node.domain === '' ? dtypeOf(node.int(name, 0)) : undefined
      if (target && cast(target) !== target) node.attributes.set(name, int(dtypeNumber('float32')))
    }
    for (const [name, attribute] of node.attributes) {
      if (attribute.type === 'graph') changed = castToFloat32(attribute.value) || changed
      if (attribute.type === 'tensor' && cast(attribute.value.dtype) !== attribute.value.dtype) {
        node.attributes.set(name, { type: 'tensor', value: toFloat32(attribute.value) })
      }
    }
  }
  return changed
}

function toFloat32(tensor: Tensor): Tensor {
  const { data } = tensor
  if (tensor.dtype === 'float64') return Tensor.float32(tensor.shape, Float32Array.from(data as Float64Array))
  const words = data as Uint16Array
  const decode = tensor.dtype === 'float16' ? halfToFloat : bfloatToFloat
  const values = new Float32Array(words.length)
  for (let i = 0; i < words.length; i++) values[i] = decode(words[i])
  return Tensor.float32(tensor.shape, values)
}

/** IEEE half precision: 1 sign, 5 exponent, 10 fraction bits. */
export function halfToFloat(word: number): number {
  const sign = word & 0x8000 ? -1 : 1
  const exponent = (word >> 10) & 0x1f
  const fraction = word & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const bits = new Uint32Array(1)
const asFloat = new Float32Array(bits.buffer)

/** bfloat16 is the upper half of a float32. */
function bfloatToFloat(word: number): number {
  bits[0] = word << 16
  return asFloat[0]
}
