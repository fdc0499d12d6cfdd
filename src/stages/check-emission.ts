/** Every build proves that onnxruntime computes the emitted graph as integer arithmetic says (ARCHITECTURE.md, "Proof"). */
import type { Engine } from '../engine.ts'
import { StageError } from '../errors.ts'
import type { Model } from '../ir/model.ts'
import type { Tensor } from '../ir/tensor.ts'
import { verifyEmitted } from '../reference/verify-emitted.ts'
import type { Reporter } from '../reporter.ts'

export interface CheckOptions {
  engine: Engine
  reporter: Reporter
  /** Every element instead of sampled positions. */
  full: boolean
}

/** Compare the quantized model at `all` with the integer reference executor on one sample. */
export async function checkEmission(
  quantized: Model,
  feeds: ReadonlyMap<string, Tensor>,
  { engine, reporter, full }: CheckOptions,
): Promise<void> {
  const report = await verifyEmitted(quantized, feeds, {
    full,
    run: async (model, values, fetches) => {
      const session = await engine.open(model, 'all')
      try {
        return await session.run(values, fetches)
      } finally {
        await session.release()
      }
    },
    onProgress: (done, total) => reporter.progress('Proving integer arithmetic', done, total),
  })
  if (!report.ok) {
    const failed = report.nodes.filter((node) => !node.ok)
    throw new StageError(
      'STAGE_EMISSION_DIFFERS',
      `onnxruntime computes ${failed.length} quantized operators differently from integer arithmetic on this CPU`,
      {
        stage: 'quantize',
        detail: report.summary,
        fix: 'this is a bug of openmapper or of the inference engine: report it with the lines above',
      },
    )
  }
  reporter.info(report.summary)
}
