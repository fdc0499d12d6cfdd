/**
 * MNIST in its own format (LeCun et al.): `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`, and the same with `train`; also with a
 * dot before idx, as some copies are named. Images are a head of 16 bytes (magic 2051, count, rows, columns) and pixels, labels a head
 * of 8 (magic 2049, count) and classes.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../errors.ts'
import { makeImage } from '../image/image-tensor.ts'
import { fromRgb, type Reader } from '../image/reader.ts'
import type { Dataset } from './dataset.ts'

/** The test images, or the training images (which calibration uses). */
export type MnistSplit = 'test' | 'train'

const STEM: Record<MnistSplit, string> = { test: 't10k', train: 'train' }
const IMAGES = { magic: 2051, head: 16 }
const LABELS = { magic: 2049, head: 8 }

/** Open one split. Pictures are gray in three equal channels, as readers deliver gray files. Throws DataError. */
export function openMnist(folder: string, split: MnistSplit, reader: Reader): Dataset {
  const images = readIdx(folder, `${STEM[split]}-images`, IMAGES)
  const labels = readIdx(folder, `${STEM[split]}-labels`, LABELS)
  const [rows, columns] = [images.readUInt32BE(8), images.readUInt32BE(12)]
  const count = images.readUInt32BE(4)
  const size = rows * columns
  if (images.length !== IMAGES.head + count * size || labels.length !== LABELS.head + count) {
    throw damaged(folder, `${STEM[split]} holds ${count} images by its head, but not as many pixels and labels`)
  }
  return {
    name: 'mnist',
    count,
    sample(index) {
      const start = IMAGES.head + index * size
      return {
        id: `${split}_${String(index).padStart(5, '0')}`,
        truth: () => Promise.resolve({ kind: 'class', classId: labels[LABELS.head + index] }),
        image() {
          const rgb = new Uint8Array(3 * size)
          for (let i = 0; i < rgb.length; i++) rgb[i] = images[start + Math.floor(i / 3)]
          return Promise.resolve(fromRgb(makeImage(rgb, 'HWC', { height: rows, width: columns, channels: 3 }), reader))
        },
      }
    },
  }
}

function readIdx(folder: string, stem: string, { magic, head }: typeof IMAGES): Buffer {
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : []
  const name = names.find((one) => one.startsWith(`${stem}-idx`) || one.startsWith(`${stem}.idx`))
  if (name === undefined) {
    throw new DataError('DATA_DATASET_INCOMPLETE', `there is no ${stem} file in ${folder}`, {
      stage: 'dataset',
      where: folder,
      fix: 'fetch the files with `openmapper fetch mnist`, or put the unpacked files of MNIST there',
    })
  }
  const path = join(folder, name)
  const bytes = readFileSync(path)
  if (bytes.length < head || bytes.readUInt32BE(0) !== magic)
    throw damaged(path, 'the file does not begin as MNIST does')
  return bytes
}

function damaged(where: string, message: string): DataError {
  return new DataError('DATA_DATASET_MISMATCH', message, {
    stage: 'dataset',
    where,
    fix: 'fetch the files again with `openmapper fetch mnist`; files that end in .gz must be unpacked',
  })
}
