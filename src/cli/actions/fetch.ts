/** `openmapper fetch`. */
import { ArgumentError } from '../../errors.ts'
import { fetchCifar10 } from '../../fetch/cifar10.ts'
import { flag, type Handler } from '../command.ts'
import { interruptible } from '../interrupt.ts'

export const run: Handler = async ([dataset], options, { reporter, print }) => {
  if (dataset !== 'cifar10') {
    throw new ArgumentError('ARGUMENT_UNKNOWN_DATASET', `there is nothing to fetch for '${dataset}'`, {
      where: 'fetch',
      fix: 'openmapper fetch cifar10',
    })
  }
  const folder = await interruptible((signal) => fetchCifar10(reporter, signal))
  if (flag(options, 'json')) print(JSON.stringify({ dataset, folder }))
}
