/**
 * A constant or a run's input/output: dtype, shape and bytes in C order.
 *
 * Weights are views on the file they came from: the typed array is made on first use, and the bytes are copied only when the
 * view would be unaligned. A Tensor is never changed after construction; a rewrite makes a new one.
 */
import { arrayConstructor, bytesPerElement, type DType, type TypedArray } from './dtype.ts'

export class Tensor {
  readonly dtype: DType
  /** Dimensions, outermost first; `[]` is a scalar. */
  readonly shape: readonly number[]
  readonly #bytes: Uint8Array
  #data: TypedArray | undefined

  constructor(dtype: DType, shape: readonly number[], bytes: Uint8Array) {
    const expected = elementCount(shape) * bytesPerElement(dtype)
    if (bytes.byteLength !== expected) {
      throw new RangeError(`tensor ${dtype}[${shape.join(',')}] needs ${expected} bytes, got ${bytes.byteLength}`)
    }
    this.dtype = dtype
    this.shape = shape
    this.#bytes = bytes
  }

  /** Wrap a typed array without copying. */
  static of(dtype: DType, shape: readonly number[], data: TypedArray): Tensor {
    return new Tensor(dtype, shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }

  /** A float32 tensor from numbers or a Float32Array (not copied). */
  static float32(shape: readonly number[], values: Float32Array | readonly number[]): Tensor {
    return Tensor.of('float32', shape, values instanceof Float32Array ? values : Float32Array.from(values))
  }

  /** An int64 tensor from plain numbers: the usual form of shapes, axes and pads. */
  static int64(shape: readonly number[], values: readonly number[]): Tensor {
    return Tensor.of('int64', shape, BigInt64Array.from(values, toInt64))
  }

  /** Raw little-endian bytes in C order (a view; do not write). */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** Number of elements. */
  get size(): number {
    return elementCount(this.shape)
  }

  /** Elements as the dtype's typed array. A view on the bytes where they are aligned, else a copy made once. */
  get data(): TypedArray {
    if (this.#data) return this.#data
    const make = arrayConstructor(this.dtype)
    const width = make.BYTES_PER_ELEMENT
    const { buffer, byteOffset, byteLength } = this.#bytes
    this.#data =
      byteOffset % width === 0
        ? new make(buffer, byteOffset, byteLength / width)
        : new make(new Uint8Array(this.#bytes).buffer, 0, byteLength / width)
    return this.#data
  }

  /** Elements of a float32 tensor. Throws for every other dtype. */
  floats(): Float32Array {
    if (this.dtype !== 'float32') throw new TypeError(`expected float32, got ${this.dtype}`)
    return this.data as Float32Array
  }

  /** Elements of any numeric tensor as plain numbers; int64 beyond 2^53 loses its low bits (only "to the end" markers do). */
  numbers(): number[] {
    return Array.from(this.data as ArrayLike<number | bigint>, Number)
  }

  /** The same bytes under another shape of equal size. */
  reshape(shape: readonly number[]): Tensor {
    return new Tensor(this.dtype, shape, this.#bytes)
  }
}

/** Product of the dimensions; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  let count = 1
  for (const dim of shape) count *= dim
  return count
}

/** Clamp to the int64 range: ONNX writes "to the end" as 2^63-1, which a double cannot hold. */
export function toInt64(value: number): bigint {
  if (value >= 2 ** 63) return 2n ** 63n - 1n
  if (value < -(2 ** 63)) return -(2n ** 63n)
  return BigInt(Math.trunc(value))
}
