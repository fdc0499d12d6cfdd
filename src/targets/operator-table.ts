/** A march's operators by class, as space-separated names. Operators in none of the lists do not exist for the vendor. */
export interface OperatorTable {
  /** Computes: gets its own threshold. */
  active: string
  /** Moves values: inherits the scale, and needs accelerated neighbours. */
  passive: string
  /** Could run on the accelerator, but stays on the CPU until asked for. */
  manual: string
  /** Runs on the CPU, or is folded or removed before anything runs. */
  cpu: string
  /** Listed as not integrated: the vendor's runtime has no kernel at all. */
  none: string
}

export type OperatorClass = keyof OperatorTable

/** The table as a map from operator to class. */
export function operatorClasses(table: OperatorTable): ReadonlyMap<string, OperatorClass> {
  const classes = new Map<string, OperatorClass>()
  for (const kind of ['active', 'passive', 'manual', 'cpu', 'none'] as const) {
    for (const name of table[kind].split(' ')) if (name !== '') classes.set(name, kind)
  }
  return classes
}
