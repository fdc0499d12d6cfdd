/** Where a node runs, and why. Filled by `place.ts` from the march's operator table. */
export interface Placement {
  on: 'BPU' | 'CPU'
  /** Class of the vendor's table: `active` gets its own threshold, `passive` inherits, `manual` is CPU until asked. */
  kind: 'active' | 'passive' | 'manual' | 'cpu'
  /** Why a node is on the CPU, in one clause; empty on the accelerator. */
  reason: string
}
