/** `openmapper worker`. */
import { availableParallelism } from 'node:os'
import { serveQueue } from '../../pool/bullmq-worker.ts'
import { type Handler, text } from '../command.ts'
import { interruptible } from '../interrupt.ts'
import { wholeNumber } from '../number-option.ts'

export const run: Handler = async (_, options, { reporter }) => {
  const redis = text(options, 'redis')!
  const processes = wholeNumber(options, 'processes', 1) ?? availableParallelism()
  // Ctrl-C is how a worker ends, so it is no failure.
  await interruptible((signal) => serveQueue({ redis, processes, say: reporter.info, signal }))
  reporter.info('stopped; what was being done went back to the queue')
}
