/** What the workers of this package can do; one line per kind. */
import type { TaskTable } from './shard.ts'

export const TASKS: TaskTable = {
  evaluate: async () => (await import('../stages/evaluate-task.ts')).evaluateTask,
  sensitivity: async () => (await import('../stages/sensitivity-task.ts')).sensitivityTask,
}
