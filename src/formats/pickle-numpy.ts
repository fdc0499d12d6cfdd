/** The globals with which NumPy pickles an array of bytes (`ndarray.__reduce__`), as Python 2 and 3 write them. */
import { damaged, pickledText, PickleObject, PickleRefusal, type PickleGlobal, type PickleValue } from './pickle.ts'

/** A NumPy array of uint8, in C order. */
export class PickledArray extends PickleObject {
  shape: number[] = []
  data = new Uint8Array()

  /** State: version, shape, dtype, whether in Fortran order, raw bytes. */
  build(state: PickleValue): void {
    if (!Array.isArray(state) || state.length !== 5) throw damaged()
    const [, shape, dtype, fortran, raw] = state
    if (!(dtype instanceof PickledByteType)) throw damaged()
    if (!Array.isArray(shape) || !shape.every((size) => typeof size === 'number')) throw damaged()
    const size = shape.reduce((product, extent) => product * extent, 1)
    if (!(raw instanceof Uint8Array) || raw.length !== size) throw damaged()
    if (fortran === true && shape.length !== 2) throw new PickleRefusal('an array in Fortran order that is no matrix')
    this.shape = shape
    this.data = fortran === true ? transposed(raw, shape[1], shape[0]) : new Uint8Array(raw)
  }
}

/** The dtype uint8, the only one known here; its state holds nothing that matters to single bytes. */
class PickledByteType extends PickleObject {
  build(): void {}
}

/** `rows` x `columns` bytes with rows and columns exchanged. */
function transposed(bytes: Uint8Array, rows: number, columns: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = bytes[row * columns + column]
  }
  return result
}

const ndarray: PickleGlobal = {}

/** `_reconstruct(ndarray, (0,), b'b')`: an empty array, its content is the state. */
const reconstruct: PickleGlobal = {
  call([type]) {
    if (type !== ndarray) throw damaged()
    return new PickledArray()
  },
}

const dtype: PickleGlobal = {
  call([name]) {
    const text = pickledText(name)
    if (text !== 'u1') throw new PickleRefusal(`an array of dtype '${text}', expected is uint8`)
    return new PickledByteType()
  },
}

/** `_codecs.encode(text, 'latin1')`: how Python 3 writes bytes in protocol 2. */
const encode: PickleGlobal = {
  call([text, codec]) {
    if (typeof text !== 'string' || codec !== 'latin1') throw damaged()
    return Uint8Array.from(text, (character) => {
      const code = character.charCodeAt(0)
      if (code > 255) throw damaged()
      return code
    })
  },
}

/** For {@link readPickle}; NumPy 2 renamed `numpy.core`. */
export const NUMPY_GLOBALS: ReadonlyMap<string, PickleGlobal> = new Map([
  ['numpy.core.multiarray._reconstruct', reconstruct],
  ['numpy._core.multiarray._reconstruct', reconstruct],
  ['numpy.ndarray', ndarray],
  ['numpy.dtype', dtype],
  ['_codecs.encode', encode],
])
