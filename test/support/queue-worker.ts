/** A queue worker as a process of its own, with the pool's test tasks: `queue-worker.ts URL LOCK`. Ctrl-C ends it. */
import { serveQueue } from '../../src/pool/bullmq-worker.ts'

const [redis, lock] = process.argv.slice(2)
const controller = new AbortController()
process.on('SIGINT', () => controller.abort())
process.send?.('started')
await serveQueue({
  redis,
  processes: 1,
  lock: Number(lock),
  signal: controller.signal,
  say: (message) => process.send?.(message),
  entry: new URL('./pool-worker.ts', import.meta.url),
})
process.exit()
