/** A batch of the "python version" of CIFAR-10: a pickled dict with `data` (uint8, images x 3,072) and `labels`. */
import { readFileSync } from 'node:fs'
import { NUMPY_GLOBALS, PickledArray } from '../formats/pickle-numpy.ts'
import { PickleRefusal, readPickle, type PickleValue } from '../formats/pickle.ts'
import { datasetError } from './dataset-error.ts'

/** Labels as they stand in the file, and the red, green and blue planes of every image in turn. */
export interface PythonBatch {
  labels: readonly PickleValue[]
  planes: Uint8Array
}

/**
 * Read one batch. Nothing in the file is run: see {@link readPickle}.
 * @param size Bytes of one image.
 * @throws DataError where the file is not such a batch.
 */
export function readPythonBatch(path: string, size: number): PythonBatch {
  const batch = parse(path)
  if (!(batch instanceof Map)) throw foreign(path, 'it holds no dict')
  const data = batch.get('data')
  const labels = batch.get('labels')
  if (!(data instanceof PickledArray)) throw foreign(path, "its dict has no NumPy array 'data'")
  if (!Array.isArray(labels)) throw foreign(path, "its dict has no list 'labels'")
  if (data.shape.length !== 2 || data.shape[1] !== size || data.shape[0] === 0) {
    throw foreign(path, `'data' has shape ${data.shape.join(' x ')}, expected is images x ${size}`)
  }
  if (labels.length !== data.shape[0]) {
    throw foreign(path, `${labels.length} labels stand beside ${data.shape[0]} images`)
  }
  return { labels, planes: data.data }
}

function parse(path: string): PickleValue {
  const bytes = readFileSync(path)
  try {
    return readPickle(bytes, NUMPY_GLOBALS)
  } catch (cause) {
    if (cause instanceof PickleRefusal) throw foreign(path, cause.message)
    throw cause
  }
}

function foreign(path: string, why: string): Error {
  return datasetError('DATA_DATASET_MISMATCH', `not a batch of the "python version" of CIFAR-10: ${why}`, {
    where: path,
    fix:
      'unpack cifar-10-python.tar.gz (cs.toronto.edu/~kriz/cifar.html) again; of your own make it a dict with ' +
      "'data' (uint8, images x 3072) and 'labels' (a list of 0..9), pickled with protocol 2, 3 or 4",
  })
}
