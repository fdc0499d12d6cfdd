/** Entry of a worker process of the accuracy table. */
import { serveShards } from '../../src/pool/serve.ts'
import { pairTask } from './pair-task.ts'

serveShards({ pair: async () => pairTask })
