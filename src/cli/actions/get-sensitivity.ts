/** `hmct-debugger get-sensitivity-of-nodes`. */
import { availableParallelism } from 'node:os'
import { ERROR_METRICS, type ErrorMetric } from '../../calibrate/error-metrics.ts'
import { ArgumentError } from '../../errors.ts'
import { debuggerObject, debuggerTable, sortByMetrics } from '../../report/sensitivity-table.ts'
import type { TargetKind } from '../../sensitivity/targets.ts'
import { measureSensitivity } from '../../stages/sensitivity.ts'
import { nearestName } from '../../text/nearest-name.ts'
import { flag, type Handler, type OptionValues, text } from '../command.ts'
import { interruptible } from '../interrupt.ts'
import { wholeNumber } from '../number-option.ts'

export const run: Handler = async ([model, data], options, { reporter, print }) => {
  const metrics = metricsOf(options)
  const kind = text(options, 'node_type') as TargetKind
  const names = list(text(options, 'interested_nodes'))
  const output = text(options, 'output_node')
  const rows = await interruptible((signal) =>
    measureSensitivity({
      model,
      data: [data],
      kind,
      names: names.length > 0 ? names : undefined,
      samples: wholeNumber(options, 'data_num', 1),
      outputs: output === undefined ? undefined : [output],
      processes: availableParallelism(),
      reporter,
      signal,
    }),
  )
  const sorted = sortByMetrics(rows, metrics)
  if (flag(options, 'json')) print(JSON.stringify(debuggerObject(sorted, metrics)))
  else if (text(options, 'verbose') === 'True') {
    for (const line of debuggerTable(names.length > 0 ? 'interested nodes' : kind, sorted, metrics)) print(line)
  }
}

function metricsOf(options: OptionValues): readonly ErrorMetric[] {
  const words = list(text(options, 'metrics'))
  for (const word of words) {
    if ((ERROR_METRICS as readonly string[]).includes(word)) continue
    const near = nearestName(word, ERROR_METRICS)
    throw new ArgumentError('ARGUMENT_METRIC', `there is no metric '${word}'`, {
      where: '-m, --metrics',
      fix: near === undefined ? `known are ${ERROR_METRICS.join(', ')}` : `did you mean ${near}?`,
    })
  }
  return words.length > 0 ? (words as ErrorMetric[]) : ['cosine-similarity']
}

/** `a,b` or the manual's `['a', 'b']`. */
function list(words: string | undefined): string[] {
  return (words ?? '')
    .replace(/[[\]'"]/g, ' ')
    .split(/[\s,]+/)
    .filter((word) => word !== '')
}
