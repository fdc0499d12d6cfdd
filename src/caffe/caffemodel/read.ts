/** caffemodel bytes -> weights by layer name. */
import { ReadError } from '../../errors.ts'
import { type Blob, readBlob } from './blob.ts'
import { textOf, type WireField, WireError, wireFields } from './wire.ts'

/** Weights of one layer. */
export interface LayerWeights {
  name: string
  blobs: readonly Blob[]
}

/** Where name and blobs stand in each of the three generations of layer messages. */
interface Generation {
  name: number
  blobs: number
}

/** NetParameter: `layer` of today, `layers` of old files, which may hold a still older `layer` of their own. */
const LAYER = 100
const LAYERS_V1 = 2
const INNER_V0 = 1
const TODAY: Generation = { name: 1, blobs: 7 }
const V1: Generation = { name: 4, blobs: 6 }
const V0: Generation = { name: 1, blobs: 50 }

/**
 * Read a caffemodel. Tensors are views on `bytes`.
 *
 * @param file name for messages
 * @returns layers that hold blobs, in file order
 * @throws ReadError READ_CAFFEMODEL where the bytes are damaged or something else
 */
export function readCaffemodel(bytes: Uint8Array, file: string): LayerWeights[] {
  const layers: LayerWeights[] = []
  let seen = 0
  try {
    for (const field of wireFields(bytes)) {
      const generation =
        field.type !== 2 ? undefined : field.number === LAYER ? TODAY : field.number === LAYERS_V1 ? V1 : undefined
      if (!generation) continue
      seen++
      const layer = readLayer(field, generation, seen)
      if (layer.blobs.length > 0) layers.push(layer)
    }
  } catch (error) {
    if (error instanceof WireError) throw damaged(error, bytes, file)
    throw error
  }
  if (seen === 0) {
    throw new ReadError('READ_CAFFEMODEL', 'the file holds no layers, so it is no caffemodel', {
      where: file,
      fix: 'give the .caffemodel that was trained with this prototxt; a .solverstate holds no weights',
    })
  }
  return layers
}

function readLayer(layer: WireField, generation: Generation, position: number): LayerWeights {
  let name = ''
  const messages: Uint8Array[] = []
  const collect = (bytes: Uint8Array, fields: Generation): void => {
    for (const field of wireFields(bytes)) {
      if (field.type !== 2) continue
      if (field.number === fields.name) name = textOf(field)
      else if (field.number === fields.blobs) messages.push(field.bytes)
      else if (fields === V1 && field.number === INNER_V0) collect(field.bytes, V0)
    }
  }
  const place = (): string => (name === '' ? `layer ${position}` : `layer '${name}'`)
  try {
    collect(layer.bytes, generation)
  } catch (error) {
    throw inside(error, place())
  }
  const blobs = messages.map((message, i) => {
    try {
      return readBlob(message)
    } catch (error) {
      throw inside(error, `blob ${i} of ${place()}`)
    }
  })
  return { name, blobs }
}

/** Say whose bytes are wrong. A message inside one that is complete cannot be cut off: it is damaged. */
function inside(error: unknown, place: string): unknown {
  return error instanceof WireError ? new WireError(`${place} ${error.message}`, error.at, false, true) : error
}

function damaged(error: WireError, bytes: Uint8Array, file: string): ReadError {
  if (error.cutOff) {
    return new ReadError(
      'READ_CAFFEMODEL',
      `the caffemodel is cut off or something else: it ends after ${bytes.length} bytes inside a field`,
      {
        where: file,
        fix: 'download or copy it again and compare its size',
        cause: error,
      },
    )
  }
  return new ReadError(
    'READ_CAFFEMODEL',
    `the caffemodel cannot be decoded: ${error.placed ? '' : 'it '}${error.message}`,
    {
      where: file,
      fix: 'the file is damaged or something else: check what it really is, download or copy it again',
      cause: error,
    },
  )
}
