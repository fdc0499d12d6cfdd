/**
 * The one place that talks to onnxruntime.
 *
 * Optimisation levels (ARCHITECTURE.md, "Which level serves what"): float models, statistics and layer comparison run at
 * `basic`; quantized models and accuracy run at `all`; `disabled` exists for oracles.
 */
import * as ort from 'onnxruntime-node'
import type { Fetches, OptimizationLevel } from '../engine.ts'
import { StageError } from '../errors.ts'
import type { DType, TypedArray } from '../ir/dtype.ts'
import type { Dim } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import { Tensor } from '../ir/tensor.ts'
import { writeOnnx } from '../onnx/write.ts'

export interface SessionOptions {
  level: OptimizationLevel
  /** Threads inside one run; default 1, so that results and timings are comparable. */
  threads?: number
  /** Write the optimised graph here (to count fusions). */
  optimizedModelPath?: string
}

/** Name, type and shape of a session's input or output; symbolic dimensions are strings. */
export interface IoInfo {
  name: string
  dtype: DType
  shape: readonly Dim[]
}

export class Session {
  readonly inputs: readonly IoInfo[]
  readonly outputs: readonly IoInfo[]
  readonly #session: ort.InferenceSession

  constructor(session: ort.InferenceSession) {
    this.#session = session
    this.inputs = session.inputMetadata.map(ioInfo)
    this.outputs = session.outputMetadata.map(ioInfo)
  }

  /** Run once. `fetches` names the wanted outputs (default all), or gives the tensors they are written into. */
  async run(feeds: ReadonlyMap<string, Tensor>, fetches?: Fetches): Promise<Map<string, Tensor>> {
    try {
      if (isMap(fetches)) {
        await this.#session.run(toOrtRecord(feeds), toOrtRecord(fetches))
        return new Map(fetches)
      }
      const wanted = fetches ?? this.outputs.map((info) => info.name)
      const result = await this.#session.run(toOrtRecord(feeds), [...wanted])
      return new Map(wanted.map((name) => [name, fromOrt(result[name])]))
    } catch (cause) {
      throw new StageError('STAGE_RUN_FAILED', `onnxruntime could not run the model: ${firstLine(cause)}`, {
        stage: 'run',
        fix: 'compare the names, types and shapes of what was fed with the model inputs',
        cause,
      })
    }
  }

  async release(): Promise<void> {
    await this.#session.release()
  }
}

/** Open a model (our IR, encoded bytes, or a path; a path is needed where external data lie beside the file). */
export async function openSession(model: Model | Uint8Array | string, options: SessionOptions): Promise<Session> {
  const source = typeof model === 'string' || model instanceof Uint8Array ? model : writeOnnx(model)
  const sessionOptions: ort.InferenceSession.SessionOptions = {
    graphOptimizationLevel: options.level === 'all-but-quantizers' ? 'all' : options.level,
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    // The search keeps many sessions: an arena would hold for each of them what one run needs.
    enableCpuMemArena: options.level !== 'all-but-quantizers',
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        disable_quant_qdq: options.level === 'all-but-quantizers' ? '1' : '0',
      },
    },
  }
  if (options.optimizedModelPath !== undefined) sessionOptions.optimizedModelFilePath = options.optimizedModelPath
  try {
    // The overloads of `create` do not accept a union.
    const session =
      typeof source === 'string'
        ? await ort.InferenceSession.create(source, sessionOptions)
        : await ort.InferenceSession.create(source, sessionOptions)
    return new Session(session)
  } catch (cause) {
    throw new StageError('STAGE_SESSION_FAILED', `onnxruntime refuses the model: ${firstLine(cause)}`, {
      stage: 'run',
      fix: 'run `openmapper check` on the source model; it names the node and the rule',
      cause,
    })
  }
}

/** Version of the engine, for logs. */
export const ENGINE_VERSION: string = ort.env.versions.node ?? ort.env.versions.common

function ioInfo(meta: ort.InferenceSession.ValueMetadata): IoInfo {
  if (!meta.isTensor) return { name: meta.name, dtype: 'string', shape: [] }
  return { name: meta.name, dtype: meta.type as DType, shape: meta.shape }
}

function isMap(fetches: Fetches | undefined): fetches is ReadonlyMap<string, Tensor> {
  return fetches instanceof Map
}

function toOrtRecord(tensors: ReadonlyMap<string, Tensor>): Record<string, ort.Tensor> {
  return Object.fromEntries([...tensors].map(([name, tensor]) => [name, toOrt(tensor)]))
}

function toOrt(tensor: Tensor): ort.Tensor {
  return new ort.Tensor(tensor.dtype as ort.Tensor.Type, tensor.data as ort.Tensor.DataType, tensor.shape)
}

function fromOrt(tensor: ort.Tensor): Tensor {
  if (tensor.type === 'string') throw new TypeError('string outputs are not supported')
  return Tensor.of(tensor.type as DType, tensor.dims, tensor.data as TypedArray)
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0].trim()
}
