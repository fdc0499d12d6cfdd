/** What the YAML asks for, node by node, beside what became of it. */
import type { BuildConfig } from '../config/types.ts'
import type { NodeRow } from '../report/node-table.ts'
import type { Reporter } from '../reporter.ts'

/** Rows that say what was asked for. */
export function withRequests(rows: readonly NodeRow[], { model, calibration }: BuildConfig): NodeRow[] {
  const [cpu, wide] = [new Set(calibration.runOnCpu), new Set(model.int16Nodes)]
  return rows.map((row) => {
    const requested = cpu.has(row.node) ? ('CPU' as const) : wide.has(row.node) ? ('int16' as const) : undefined
    return requested ? { ...row, requested } : row
  })
}

/** A line for every request that could not be met. */
export function logUnrealised(reporter: Reporter, rows: readonly NodeRow[]): void {
  for (const { node, requested, on, dataType } of rows) {
    if (requested === 'CPU' && on !== 'CPU') reporter.warn(`${node} was asked to run on the CPU, but stays on the BPU`)
    if (requested === 'int16' && dataType !== 'int16') {
      reporter.warn(`int16 was asked for ${node}, realised is ${on === 'CPU' ? 'float on the CPU' : dataType}`)
    }
  }
}
