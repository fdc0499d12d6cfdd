import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import type { Engine, PartRunner } from '../engine.ts'
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

test('runners stop too, and can still be released', async () => {
  const asked: string[] = []
  const note = (what: string) => () => {
    asked.push(what)
    return Promise.resolve()
  }
  const runner: PartRunner = {
    open: note('open'),
    close: note('close'),
    forget: note('forget'),
    release: note('release'),
    run: () => Promise.resolve(new Map()),
  }
  const stop = new AbortController()
  const engine: Engine = { open: () => Promise.reject(new Error('not asked for')), runners: () => [runner] }
  const [stoppable] = stoppableEngine(engine, stop.signal).runners!(1)
  await stoppable.open(0, new Uint8Array(), 'basic')
  expect((await stoppable.run({ start: 'a', steps: [], answer: { values: [] } })).size).toBe(0)
  stop.abort(new Error('stopped'))
  await expect(stoppable.open(1, new Uint8Array(), 'basic')).rejects.toThrow('stopped')
  await expect(stoppable.run({ start: 'a', steps: [], answer: { values: [] } })).rejects.toThrow('stopped')
  await stoppable.close(0)
  await stoppable.forget(['a'])
  await stoppable.release()
  expect(asked).toEqual(['open', 'close', 'forget', 'release'])
})

test('an engine without runners stays one', () => {
  const engine: Engine = { open: () => Promise.reject(new Error('not asked for')) }
  expect(stoppableEngine(engine, new AbortController().signal).runners).toBeUndefined()
})
