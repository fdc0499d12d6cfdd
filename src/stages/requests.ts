/** What the YAML asks for, node by node, beside what became of it. */
import type { BuildConfig } from '../config/types.ts'
import type { NodeRow } from '../report/node-table.ts'
import type { Reporter } from '../reporter.ts'

/** A node that the YAML gives a precision of its own. */
export interface PrecisionRequest {
  node: string
  requested: 'int16' | 'CPU'
  /** Undefined where optimizing left no node of this name. */
  realised: NodeRow['dataType'] | undefined
  isMet: boolean
  /** Why not; undefined where it is met. */
  reason: string | undefined
}

/** Rows that say what was asked for. */
export function withRequests(rows: readonly NodeRow[], requests: readonly PrecisionRequest[]): NodeRow[] {
  const byNode = new Map(requests.map((request) => [request.node, request.requested]))
  return rows.map((row) => {
    const requested = byNode.get(row.node)
    return requested ? { ...row, requested } : row
  })
}

/**
 * All requests; one for the CPU wins over one for int16.
 *
 * @param unmet reasons known from planning, by node name; undefined where calibration was taken from an earlier build
 */
export function precisionRequests(
  rows: readonly NodeRow[],
  { model, calibration }: BuildConfig,
  unmet: ReadonlyMap<string, string> | undefined,
): PrecisionRequest[] {
  const byNode = new Map(rows.map((row) => [row.node, row]))
  const wanted = new Map<string, PrecisionRequest['requested']>(model.int16Nodes.map((node) => [node, 'int16']))
  const adjusted = [...(calibration.adjustments ?? [])].flatMap(([node, adjustment]) =>
    adjustment === 'CPU' ? [node] : [],
  )
  for (const node of [...calibration.runOnCpu, ...adjusted]) wanted.set(node, 'CPU')
  return [...wanted].map(([node, requested]) => {
    const row = byNode.get(node)
    const isMet = requested === 'CPU' ? row?.on === 'CPU' : row?.dataType === 'int16'
    const reason = unmet ? (unmet.get(node) ?? NO_ROW) : EARLIER
    return { node, requested, realised: row?.dataType, isMet, reason: isMet ? undefined : reason }
  })
}

const NO_ROW = 'optimizing merged it into another node'
const EARLIER = 'calibration was taken from an earlier build: build without --from'

/** A line for every request that could not be met, below the tables. */
export function logUnmet(reporter: Reporter, requests: readonly PrecisionRequest[]): void {
  for (const { node, requested, realised, isMet, reason } of requests) {
    if (isMet) continue
    const wish = requested === 'CPU' ? 'float on the CPU' : requested
    reporter.warn(`${node}: ${wish} was asked for, realised is ${realised ?? 'nothing'}: ${reason}`)
  }
}
