/** What core code needs of an inference engine. `runtime/session.ts` provides it with onnxruntime; a browser could too. */
import type { Model } from './ir/model.ts'
import type { Tensor } from './ir/tensor.ts'

/**
 * `all-but-quantizers` leaves QuantizeLinear and DequantizeLinear as they are: onnxruntime 1.30 fuses them also where their scales
 * are fed, and then computes something else.
 */
export type OptimizationLevel = 'disabled' | 'basic' | 'extended' | 'all' | 'all-but-quantizers'

/** Wanted outputs: names, or tensors (by name) to write the results into, which saves making them anew for every run. */
export type Fetches = readonly string[] | ReadonlyMap<string, Tensor>

/** A loaded model. Feeds and results by value name. */
export interface EngineSession {
  run(feeds: ReadonlyMap<string, Tensor>, fetches?: Fetches): Promise<Map<string, Tensor>>
  release(): Promise<void>
}

export interface Engine {
  /** @param model or the bytes of its ONNX file */
  open(model: Model | Uint8Array, level: OptimizationLevel): Promise<EngineSession>
  /** Runners that work at the same time, at most so many; whoever asks for them releases them. */
  runners?(most: number): readonly PartRunner[]
}

/** Runs parts of a network one behind the other. Values between parts stay where they are computed. */
export interface PartRunner {
  /** Open a part, the bytes of an ONNX file, under a number. */
  open(id: number, model: Uint8Array, level: OptimizationLevel): Promise<void>
  close(id: number): Promise<void>
  /** What is asked for of the values behind the last step. Runs are done in the order in which they are asked for. */
  run(run: PartRun): Promise<ReadonlyMap<string, Tensor>>
  /** Drop kept values. */
  forget(keys: readonly string[]): Promise<void>
  /** Close everything, once all runs have ended. */
  release(): Promise<void>
}

export interface PartRun {
  /** Values alive before the first step: new ones, or the key that they were kept under. */
  start: ReadonlyMap<string, Tensor> | string
  /** Added to kept values, in place: never to new ones. */
  shifts?: readonly ChannelShift[]
  steps: readonly PartStep[]
  answer: {
    /** Values to give as they are; they may be the kept ones. */
    values: readonly string[]
    /** Other values, of which the mean of each channel is given, float32 [channels]. */
    means?: readonly WantedMean[]
  }
}

/** A value and its axis of channels. */
export interface ChannelAxis {
  name: string
  axis: number
}

export interface WantedMean extends ChannelAxis {
  /** Of the value. A part whose results serve for nothing but means writes them into the same memory every time. */
  shape: readonly number[]
}

export interface ChannelShift extends ChannelAxis {
  /** To add, one per channel. */
  values: Float32Array
}

export interface PartStep {
  /** Number of an open part; undefined: nothing is run. */
  part: number | undefined
  /** What it is fed beside values. */
  feeds: ReadonlyMap<string, Tensor>
  /** Values it reads. */
  inputs: readonly string[]
  /** Values alive behind it: its own results, and earlier ones that are passed on. */
  alive: readonly string[]
  /** Keep these under a key. */
  keep: string | undefined
}
