/** Entry of a forked worker process. */
import { serveShards } from './serve.ts'
import { TASKS } from './tasks.ts'

serveShards(TASKS)
