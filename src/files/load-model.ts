/** A model file on disk, with what lies beside it. */
import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { ReadError } from '../errors.ts'
import type { Model } from '../ir/model.ts'
import { readOnnx } from '../onnx/read.ts'

/** Read an ONNX file (plain or gzipped) and its external data. Throws ReadError. */
export function loadModel(path: string): Model {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isFile()) {
    throw new ReadError(
      'READ_NO_FILE',
      stat ? `${path} is a folder, not a model file` : `model file not found: ${path}`,
      {
        where: path,
        fix: 'check the path; relative paths in a YAML start at the folder of the YAML',
      },
    )
  }
  const bytes = readFileSync(path)
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  return readOnnx(gzipped ? gunzipSync(bytes) : bytes, {
    source: basename(path),
    external: (location) => readExternal(dirname(path), location),
  })
}

function readExternal(folder: string, location: string): Uint8Array {
  const inside = relative(folder, join(folder, location))
  if (isAbsolute(location) || inside.startsWith('..')) {
    throw new ReadError('READ_EXTERNAL_PATH', `the model points outside its folder for weights: ${location}`, {
      where: location,
      fix: 'put the external data file beside the model',
    })
  }
  const path = join(folder, inside)
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new ReadError('READ_EXTERNAL_MISSING', `the model keeps weights in '${location}', which is not beside it`, {
      where: path,
      fix: 'copy the external data file into the folder of the .onnx file',
    })
  }
  return readFileSync(path)
}
