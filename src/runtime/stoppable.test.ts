import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import type { Engine } from '../engine.ts'
import { stoppableEngine } from './stoppable.ts'

test('opens what it is asked for, and nothing after it was stopped', async () => {
  const opened: string[] = []
  const engine: Engine = {
    open(_model, level) {
      opened.push(level)
      return Promise.resolve({ run: () => Promise.resolve(new Map()), release: () => Promise.resolve() })
    },
  }
  const stop = new AbortController()
  const stoppable = stoppableEngine(engine, stop.signal)
  const model = new Network(1).model()
  const session = await stoppable.open(model, 'all-but-quantizers')
  expect(opened).toEqual(['all-but-quantizers'])
  expect((await session.run(new Map())).size).toBe(0)
  stop.abort(new Error('stopped'))
  await expect(session.run(new Map())).rejects.toThrow('stopped')
  await expect(stoppable.open(model, 'basic')).rejects.toThrow('stopped')
})
