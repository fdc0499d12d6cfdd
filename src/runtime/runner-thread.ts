/** Entry of a thread that runs parts of a network for thread-runner.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { toWire } from '../pool/shard.ts'
import { InlineRunner } from '../runners/inline-runner.ts'
import { type FromRunner, runFromWire, type ToRunner, valuesToWire } from './runner-wire.ts'
import { openSession } from './session.ts'

const threads = workerData as number
const port = parentPort!
const runner = new InlineRunner({ open: (model, level) => openSession(model, { level, threads }) })

async function answer(message: ToRunner): Promise<Omit<FromRunner, 'id'>> {
  switch (message.type) {
    case 'open':
      await runner.open(message.part, message.model, message.level)
      return {}
    case 'close':
      await runner.close(message.part)
      return {}
    case 'forget':
      await runner.forget(message.keys)
      return {}
    case 'release':
      await runner.release()
      return {}
    case 'run':
      return { values: valuesToWire(await runner.run(runFromWire(message.run))) }
  }
}

port.on('messageerror', (error) => {
  throw error
})
port.on('message', (message: ToRunner) => {
  const { id } = message
  answer(message).then(
    (result) => port.postMessage({ id, ...result } satisfies FromRunner),
    (error) => port.postMessage({ id, error: toWire(error) } satisfies FromRunner),
  )
})
