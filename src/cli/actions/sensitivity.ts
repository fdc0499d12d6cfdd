/** `openmapper sensitivity`. */
import { availableParallelism } from 'node:os'
import { sensitivityTable } from '../../report/sensitivity-table.ts'
import type { TargetKind } from '../../sensitivity/targets.ts'
import { keptSensitivity } from '../../stages/sensitivity.ts'
import { flag, type Handler, text, texts } from '../command.ts'
import { interruptible } from '../interrupt.ts'
import { wholeNumber } from '../number-option.ts'

/** Rows that find room on a screen; `--json` has all. */
const SHOWN = 30

export const run: Handler = async ([model], options, { reporter, print }) => {
  const top = wholeNumber(options, 'top', 1)
  const names = texts(options, 'interested')
  const outputs = texts(options, 'output')
  const rows = await interruptible((signal) =>
    keptSensitivity({
      model,
      data: texts(options, 'data'),
      kind: text(options, 'nodeType') as TargetKind,
      names: names.length > 0 ? names : undefined,
      samples: wholeNumber(options, 'samples', 1),
      top,
      outputs: outputs.length > 0 ? outputs : undefined,
      processes: wholeNumber(options, 'processes', 1) ?? availableParallelism(),
      reporter,
      signal,
    }),
  )
  const shown = rows.slice(0, top ?? rows.length)
  if (flag(options, 'json')) {
    print(JSON.stringify({ model, targets: shown }))
    return
  }
  for (const line of sensitivityTable(shown.slice(0, top ?? SHOWN))) print(line)
  if (top === undefined && shown.length > SHOWN)
    print(`and ${shown.length - SHOWN} less sensitive ones (--json has all)`)
  print('Task error: what the outputs lose with this one quantized and all else in float; 0 is nothing.')
}
