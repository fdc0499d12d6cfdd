/** Where a node runs, and why. Filled by `place.ts` from the march's operator table. */
import type { OperatorClass } from './operator-table.ts'

export interface Placement {
  on: 'BPU' | 'CPU'
  /** Class of the vendor's table; `none` also where the vendor has no such operator. */
  kind: OperatorClass
  /** Why a node is on the CPU, in one clause; empty on the accelerator. */
  reason: string
}
