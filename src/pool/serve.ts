/** The worker's side: do shards one after the other until the master hangs up. */
import { toWire, type FromWorker, type OpenTask, type Task, type TaskTable, type ToWorker } from './shard.ts'

/**
 * Serve shards that arrive over the channel of `child_process.fork`.
 *
 * The process waits idle between shards (no polling) and ends when the channel closes, so that a master that was killed leaves
 * no orphan behind. Ctrl-C reaches the whole process group; the master decides what follows, so it is ignored here.
 */
export function serveShards(tasks: TaskTable): void {
  let opened: { key: string; task: OpenTask<never, unknown> } | undefined

  async function taskFor(kind: string, setup: unknown): Promise<OpenTask<never, unknown>> {
    const key = `${kind} ${JSON.stringify(setup)}`
    if (opened?.key === key) return opened.task
    await opened?.task.close()
    opened = undefined
    const load = tasks[kind]
    if (!load) throw new Error(`worker knows no task '${kind}'`)
    const task = (await load()) as Task<unknown, never, unknown>
    opened = { key, task: await task.open(setup) }
    return opened.task
  }

  async function work({ shard }: ToWorker): Promise<void> {
    try {
      const task = await taskFor(shard.kind, shard.setup)
      const result = await task.run(shard.payload as never, (done) => reply({ type: 'progress', id: shard.id, done }))
      reply({ type: 'done', id: shard.id, result })
    } catch (error) {
      reply({ type: 'failed', id: shard.id, error: toWire(error) })
    }
  }

  process.on('SIGINT', () => {})
  process.on('disconnect', () => process.exit())
  process.on('message', (message) => void work(message as ToWorker))
}

function reply(message: FromWorker): void {
  // The master may hang up between two messages; 'disconnect' then ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}
