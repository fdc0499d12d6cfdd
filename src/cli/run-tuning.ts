/** Tuning as commands run it: stopped by Ctrl-C, its answer on the terminal or as JSON. */
import pc from 'picocolors'
import { datasetFolder } from '../datasets/locate.ts'
import { trialTable, tuneLines } from '../report/tune-table.ts'
import { onnxEngine } from '../runtime/engine.ts'
import { stoppableEngine } from '../runtime/stoppable.ts'
import type { TuneOptions } from '../tune/settings.ts'
import { tuneModel } from '../tune/tune.ts'
import { type CommandContext, flag, type OptionValues } from './command.ts'
import { GOES_ON, interruptible } from './interrupt.ts'

type Request = Omit<TuneOptions, 'data' | 'engine' | 'reporter' | 'signal'> & { data: string | undefined }

const THREADS = 2

/** A target that is missed ends with status 1, so that scripts notice; the best build is there all the same. */
export async function runTuning(
  request: Request,
  options: OptionValues,
  { reporter, print }: CommandContext,
): Promise<void> {
  const data = datasetFolder(request.card, request.data)
  const result = await interruptible(
    (signal) => tuneModel({ ...request, data, engine: stoppableEngine(onnxEngine(THREADS), signal), reporter, signal }),
    GOES_ON,
  )
  if (!result.isMet) process.exitCode = 1
  if (flag(options, 'json')) return print(JSON.stringify(result))
  print('')
  for (const line of trialTable(result.trials, result.metric)) print(line)
  print('')
  const [first, ...lines] = tuneLines(result)
  print((result.isMet ? pc.green : pc.yellow)(first))
  for (const line of lines) print(line)
}
