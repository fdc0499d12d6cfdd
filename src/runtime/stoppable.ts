/** An engine whose work can be stopped. */
import { setImmediate } from 'node:timers/promises'
import type { Engine, PartRunner } from '../engine.ts'

/**
 * The engine, throwing the signal's reason instead of opening or running once it is aborted. Long work (calibration, proofs)
 * is a row of runs, and a run blocks the event loop: between two of them the signal is let in.
 */
export function stoppableEngine(engine: Engine, signal: AbortSignal): Engine {
  const pause = async (): Promise<void> => {
    await setImmediate()
    signal.throwIfAborted()
  }
  const stoppable = (runner: PartRunner): PartRunner => ({
    async open(id, model, level) {
      await pause()
      return runner.open(id, model, level)
    },
    async run(run) {
      await pause()
      return runner.run(run)
    },
    close: (id) => runner.close(id),
    forget: (keys) => runner.forget(keys),
    release: () => runner.release(),
  })
  const { runners } = engine
  return {
    ...(runners && { runners: (most: number) => runners(most).map(stoppable) }),
    async open(model, level) {
      await pause()
      const session = await engine.open(model, level)
      return {
        async run(feeds, fetches) {
          await pause()
          return session.run(feeds, fetches)
        },
        release: () => session.release(),
      }
    },
  }
}
