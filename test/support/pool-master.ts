/** A master that prints the pid of its worker, which never ends. For the test that kills the master. */
import { runShards } from '../../src/pool/fork-pool.ts'

await runShards([{ id: 'only', kind: 'hanging', setup: null, payload: null, size: 1 }], {
  processes: 1,
  entry: new URL('./pool-worker.ts', import.meta.url),
  onProgress: (pid) => process.stdout.write(`${pid}\n`),
})
