/** A model file on disk, with what lies beside it. */
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type CaffeOptions, readCaffe } from '../caffe/read.ts'
import { ReadError } from '../errors.ts'
import type { Model } from '../ir/model.ts'
import type { ExternalReader } from '../onnx/decode-tensor.ts'
import { readOnnx } from '../onnx/read.ts'
import { nearestName } from '../text/nearest-name.ts'

/** Protobuf ends at 2 GB, and so does one buffer of Node 20. */
const MAX_BYTES = 2 ** 31 - 1

/** Read an ONNX file (plain or gzipped) and its external data. Throws ReadError. */
export function loadModel(path: string): Model {
  return readOnnx(loadBytes(path), { source: basename(path), external: externalReader(dirname(path)) })
}

/** Read the two files of a Caffe model (plain or gzipped). Throws ReadError. */
export function loadCaffe(files: { prototxt: string; caffemodel: string }, options: CaffeOptions): Model {
  const load = (path: string): { file: string; bytes: Uint8Array } => ({ file: basename(path), bytes: loadBytes(path) })
  return readCaffe({ prototxt: load(files.prototxt), caffemodel: load(files.caffemodel) }, options)
}

function loadBytes(path: string): Uint8Array {
  const stat = statOf(path)
  if (!stat?.isFile()) refuseNoFile(path, stat)
  refuseLarge(path, stat.size)
  return unpack(readBytes(path), path)
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return plain(readFileSync(path))
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** The same bytes without Buffer's own methods, which mean other things by `slice` and the like. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

/** No permission, a file where a folder should be, a broken disk... */
function unreadable(path: string, cause: unknown): ReadError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ReadError('READ_NO_ACCESS', `the file cannot be read: ${reason}`, {
    where: path,
    fix: 'check the path and the permissions of the file',
    cause,
  })
}

function refuseNoFile(path: string, stat: Stats | undefined): never {
  const folder = stat?.isDirectory() ? path : dirname(path)
  const ending = /\.(prototxt|caffemodel)$/.exec(path)?.[0] ?? '.onnx'
  const models = modelsIn(folder, ending)
  if (stat) {
    const kind = stat.isDirectory() ? 'a folder' : 'no regular file'
    throw new ReadError('READ_NO_FILE', `${path} is ${kind}, not a model file`, {
      where: path,
      fix: models?.length ? `give the file: ${join(folder, models[0])}` : `give the path of the ${ending} file itself`,
    })
  }
  const name = basename(path)
  const nearest = models && (nearestName(name, models) ?? models.find((model) => model.startsWith(name)))
  const missing = models ? '' : ` (there is no folder ${folder})`
  throw new ReadError('READ_NO_FILE', `model file not found: ${path}${missing}`, {
    where: path,
    fix:
      nearest === undefined
        ? 'check the path; relative paths in a YAML start at the folder of the YAML'
        : `did you mean ${join(folder, nearest)}?`,
  })
}

/** Names of the model files of a folder, sorted; undefined where there is no such folder. */
function modelsIn(folder: string, ending: string): string[] | undefined {
  try {
    return readdirSync(folder)
      .filter((name) => name.replace(/\.gz$/, '').endsWith(ending))
      .toSorted()
  } catch {
    return undefined
  }
}

function refuseLarge(path: string, size: number): void {
  if (size <= MAX_BYTES) return
  throw new ReadError('READ_TOO_LARGE', `the file has ${(size / 1e9).toFixed(1)} GB; model files end at 2 GB`, {
    where: path,
    fix: 'reduce the model: networks this large are not meant for an embedded accelerator',
  })
}

function unpack(bytes: Uint8Array, path: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return plain(gunzipSync(bytes, { maxOutputLength: MAX_BYTES }))
  } catch (cause) {
    throw new ReadError('READ_GZIP', `the gzip file is damaged, cut off, or more than 2 GB when unpacked`, {
      where: path,
      fix: `download it again; \`gzip -t ${basename(path)}\` tests it`,
      cause,
    })
  }
}

/** Reads files below the folder of the model, each once. */
function externalReader(folder: string): ExternalReader {
  const files = new Map<string, Uint8Array>()
  return (location) => {
    const bytes = files.get(location) ?? readExternal(folder, location)
    files.set(location, bytes)
    return bytes
  }
}

function readExternal(folder: string, location: string): Uint8Array {
  const inside = relative(folder, join(folder, location))
  if (isAbsolute(location) || inside === '..' || inside.startsWith(`..${sep}`) || location.includes('\0')) {
    throw new ReadError('READ_EXTERNAL_PATH', `the model points outside its folder for weights: ${location}`, {
      where: location,
      fix: 'put the external data file beside the model, and save the model again with that name',
    })
  }
  const path = join(folder, inside)
  const stat = statOf(path)
  if (!stat?.isFile()) {
    throw new ReadError('READ_EXTERNAL_MISSING', `the model keeps weights in '${location}', which is not beside it`, {
      where: path,
      fix: 'copy the external data file into the folder of the .onnx file',
    })
  }
  refuseLarge(path, stat.size)
  return readBytes(path)
}
