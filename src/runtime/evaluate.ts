/** Constant sub-graphs computed by onnxruntime, for the passes. */
import type { Model } from '../ir/model.ts'
import { INTERNAL_IR_VERSION, INTERNAL_OPSET } from '../ir/model.ts'
import type { PassContext } from '../passes/pass.ts'
import { openSession } from './session.ts'

export function evaluateContext(): PassContext {
  return {
    async evaluate(graph, outputs) {
      const origin = {
        irVersion: INTERNAL_IR_VERSION,
        opset: INTERNAL_OPSET,
        producer: '',
        producerVersion: '',
        domain: '',
        modelVersion: 0,
      }
      const model: Model = { graph, opsets: new Map(), functions: [], metadata: new Map(), origin }
      const session = await openSession(model, { level: 'disabled' })
      try {
        return await session.run(new Map(), outputs)
      } finally {
        await session.release()
      }
    },
  }
}
