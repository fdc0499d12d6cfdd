/**
 * The unit of work, and what a worker and its master say to each other.
 *
 * A shard is self-contained (kind, setup, payload), so that any engine can carry it: the fork pool here, a message queue
 * elsewhere. Delivery is at least once; results are kept under the shard's id, so a repeated shard changes nothing.
 */
import { OpenMapperError, type ErrorDetails, type StageName } from '../errors.ts'

export interface Shard<Setup = unknown, Payload = unknown> {
  /** Names the result, and the shard in messages, e.g. `images 50..99`. */
  id: string
  /** Which task does the work, a key of the worker's task table. */
  kind: string
  /** What all shards of a job share (paths, card...): a worker opens it once and keeps it. Plain data. */
  setup: Setup
  /** What is this shard's own, e.g. the indices of its images. Plain data. */
  payload: Payload
  /** Units of work inside, for progress. */
  size: number
}

/** A task opened for one setup: the model is loaded, the data set listed. */
export interface OpenTask<Payload, Result> {
  /**
   * Do one shard; `progress` is told how many of its units are done. `next` is what probably follows here, so that reading it can begin
   * beside the last unit.
   */
  run(payload: Payload, progress: (done: number) => void, next?: Payload): Promise<Result>
  close(): Promise<void>
}

/** A kind of work that a worker can do. */
export interface Task<Setup, Payload, Result> {
  open(setup: Setup): Promise<OpenTask<Payload, Result>>
}

/** Tasks by kind, loaded when first asked for. `never` because each task checks nothing it was not given by its own stage. */
export type TaskTable = Readonly<Record<string, () => Promise<Task<never, never, unknown>>>>

/** `next` may go to another worker in the end. */
export type ToWorker = { type: 'run'; shard: Shard; next: Shard | undefined }

export type FromWorker =
  | { type: 'progress'; id: string; done: number }
  | { type: 'done'; id: string; result: unknown }
  | { type: 'failed'; id: string; error: WireError }

/** An error on its way between processes. `user` is set for errors the user can mend. */
export interface WireError {
  message: string
  stack: string | undefined
  user: { name: string; code: string; details: Omit<ErrorDetails, 'cause'> } | undefined
}

/** Flatten an error so that it survives the journey with code, place and advice. */
export function toWire(error: unknown): WireError {
  const message = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? error.stack : undefined
  if (!(error instanceof OpenMapperError)) return { message, stack, user: undefined }
  const details: { stage: StageName; where?: string; fix?: string; detail?: string } = { stage: error.stage }
  if (error.where !== undefined) details.where = error.where
  if (error.fix !== undefined) details.fix = error.fix
  if (error.detail !== undefined) details.detail = error.detail
  return { message, stack, user: { name: error.name, code: error.code, details } }
}

/** The error as its thrower meant it: user errors keep their code, bugs keep the worker's stack. */
export function fromWire(wire: WireError): Error {
  const error = wire.user
    ? new OpenMapperError(wire.user.code, wire.message, wire.user.details)
    : new Error(wire.message)
  if (wire.user) error.name = wire.user.name
  if (wire.stack !== undefined) error.stack = wire.stack
  return error
}

/** Runs that the rest is worth when they begin to shrink. */
const TAPER = 4

/** Cut `count` units 0..count-1 into runs of consecutive indices of at most `size`. */
export function splitIndices(count: number, size: number): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = []
  for (let start = 0; start < count; start += size) runs.push({ start, end: Math.min(count, start + size) })
  return runs
}

/**
 * The same with ever smaller runs at the end, down to single units: workers that take them one by one then end at nearly the same time,
 * however many they are.
 */
export function splitTapered(count: number, size: number): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = []
  for (let start = 0; start < count; start = runs[runs.length - 1].end) {
    const left = count - start
    runs.push({ start, end: start + Math.min(size, Math.ceil(left / TAPER)) })
  }
  return runs
}
