/** The worker's side: do shards one after the other until the master hangs up. */
import {
  toWire,
  type FromWorker,
  type OpenTask,
  type Shard,
  type Task,
  type TaskTable,
  type ToWorker,
} from './shard.ts'

/**
 * Serve shards that arrive over the channel of `child_process.fork`.
 *
 * The process waits idle between shards (no polling) and ends when the channel closes, so that a master that was killed leaves
 * no orphan behind. Ctrl-C reaches the whole process group; the master decides what follows, so it is ignored here.
 */
export function serveShards(tasks: TaskTable): void {
  let opened: { key: string; task: OpenTask<never, unknown> } | undefined

  async function taskFor({ kind, setup, key }: Keyed): Promise<OpenTask<never, unknown>> {
    if (opened?.key === key) return opened.task
    await opened?.task.close()
    opened = undefined
    const load = tasks[kind]
    if (!load) throw new Error(`worker knows no task '${kind}'`)
    const task = (await load()) as Task<unknown, never, unknown>
    opened = { key, task: await task.open(setup) }
    return opened.task
  }

  async function work({ shard, next }: ToWorker): Promise<void> {
    try {
      const keyed = withKey(shard)
      const task = await taskFor(keyed)
      const follows = next && withKey(next).key === keyed.key ? next.payload : undefined
      const tell = (done: number): void => reply({ type: 'progress', id: shard.id, done })
      const result = await task.run(shard.payload as never, tell, follows as never)
      reply({ type: 'done', id: shard.id, result })
    } catch (error) {
      reply({ type: 'failed', id: shard.id, error: toWire(error) })
    }
  }

  process.on('SIGINT', () => {})
  process.on('disconnect', () => process.exit())
  process.on('message', (message) => void work(message as ToWorker))
}

/** A shard, and what all shards that one opened task can do have in common. */
type Keyed = Shard & { key: string }

function withKey(shard: Shard): Keyed {
  return { ...shard, key: `${shard.kind} ${JSON.stringify(shard.setup)}` }
}

function reply(message: FromWorker): void {
  // The master may hang up between two messages; 'disconnect' then ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}
