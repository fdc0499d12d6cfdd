/** onnxruntime as the engine of the core stages. */
import { setFlagsFromString } from 'node:v8'
import type { Engine } from '../engine.ts'
import { InlineRunner } from '../runners/inline-runner.ts'
import { openSession } from './session.ts'
import { ThreadRunner } from './thread-runner.ts'

/**
 * V8 collects garbage where memory has grown by a part of its heap, and counts tensors in: with a heap of 30 MB it would mark that ten
 * times a second. In percent.
 */
const GROWTH = 400

/**
 * An engine on so many threads; it also lets V8 of this process collect garbage less often.
 *
 * A network in fake-quantized form gains a fifth by a second thread, because onnxruntime quantizes on one: whoever has many samples to
 * run takes runners, each on threads of its own. One of them is the thread that asks.
 */
export function onnxEngine(threads: number): Engine {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`)
  const on = (own: number): Engine => ({ open: (model, level) => openSession(model, { level, threads: own }) })
  return {
    ...on(threads),
    runners(most) {
      const count = Math.max(1, Math.min(threads, most))
      const own = Math.floor(threads / count)
      return [
        new InlineRunner(on(threads - own * (count - 1))),
        ...Array.from({ length: count - 1 }, () => new ThreadRunner(own)),
      ]
    },
  }
}
