/** An engine that notes what is fetched: the outputs of every model that is opened, in order. */
import type { Engine } from '../../src/engine.ts'
import { engine } from './quantized-network.ts'

export function countingEngine(): { engine: Engine; opened: string[][] } {
  const opened: string[][] = []
  return {
    opened,
    engine: {
      ...engine,
      open(model, level) {
        if (model instanceof Uint8Array) throw new Error('only models are counted')
        opened.push(model.graph.outputs.map(({ name }) => name))
        return engine.open(model, level)
      },
    },
  }
}
