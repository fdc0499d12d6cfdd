/** How many processes a memory budget allows. */
import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { ArgumentError } from '../errors.ts'
import { elementCount } from '../ir/tensor.ts'
import type { Model } from '../ir/model.ts'

const MB = 2 ** 20
/** A process with the engine and the picture code loaded, before it opens a model. */
const EMPTY_PROCESS = 150 * MB
/** Copies of a model file in a process: bytes, parsed, in the engine. */
const MODEL_COPIES = 4
/** A float activation and its codes, at most half of all at a time. */
const BYTES_PER_ELEMENT = 4

/** Estimate of the memory of a process that runs the model. */
export function processBytes(file: string, { graph }: Model): number {
  const elements = graph.nodes.reduce(
    (total, node) => total + node.outputs.reduce((sum, output) => sum + elementCount(graph.shape(output) ?? []), 0),
    0,
  )
  return EMPTY_PROCESS + MODEL_COPIES * statSync(file).size + (BYTES_PER_ELEMENT * elements) / 2
}

/**
 * Processes of this size beside our own process; one per core without a budget.
 *
 * @throws ArgumentError ARGUMENT_MEMORY where there is no room for one
 */
export function processesWithin(budgetMb: number | undefined, bytes: number): number {
  const cores = availableParallelism()
  if (budgetMb === undefined) return cores
  const own = process.memoryUsage.rss()
  const room = Math.floor((budgetMb * MB - own) / bytes)
  if (room >= 1) return Math.min(cores, room)
  const needed = Math.ceil((own + bytes) / MB / 50) * 50
  throw new ArgumentError('ARGUMENT_MEMORY', `a memory budget of ${budgetMb} MB has no room for an evaluation`, {
    where: '--memory-budget',
    fix: `give at least ${needed}: this process holds ${Math.round(own / MB)} MB, one that evaluates needs about ${Math.round(bytes / MB)} MB`,
  })
}

/** For the log. */
export function memoryLine(budgetMb: number | undefined, bytes: number, processes: number): string {
  const all = Math.round((process.memoryUsage.rss() + processes * bytes) / MB)
  const budget = budgetMb === undefined ? 'no memory budget' : `memory budget ${budgetMb} MB`
  return `${budget}: ${processes} process${processes > 1 ? 'es' : ''} of about ${Math.round(bytes / MB)} MB, about ${all} MB in all`
}
