/** `openmapper zoo`. */
import { cardPaths, findCard } from '../../cards/zoo.ts'
import { loadCard } from '../../cards/load.ts'
import { ArgumentError } from '../../errors.ts'
import { suggestion } from '../../text/nearest-name.ts'
import type { CommandContext, Handler, OptionValues } from '../command.ts'
import { initSample } from './zoo/init.ts'
import { listZoo } from './zoo/list.ts'
import { runSample } from './zoo/run.ts'
import { showSample } from './zoo/show.ts'
import { verifyZoo } from './zoo/verify.ts'

const ZOO_ACTIONS = ['list', 'show', 'init', 'run', 'verify'] as const
type Action = (typeof ZOO_ACTIONS)[number]

export const run: Handler = async ([action, name], options, context) => {
  if (!ZOO_ACTIONS.includes(action as Action)) {
    throw new ArgumentError('ARGUMENT_ZOO_ACTION', `zoo cannot do '${action}'`, {
      where: 'zoo',
      fix: suggestion(action, ZOO_ACTIONS),
    })
  }
  await perform(action as Action, name, options, context)
}

async function perform(
  action: Action,
  name: string | undefined,
  options: OptionValues,
  context: CommandContext,
): Promise<void> {
  if (action === 'list')
    return listZoo(
      cardPaths().map((path) => loadCard(path)),
      options,
      context,
    )
  if (action === 'verify') return verifyZoo(name === undefined ? cardPaths() : [findCard(name)], options, context)
  if (name === undefined) {
    throw new ArgumentError('ARGUMENT_ZOO_NAME', `which model shall zoo ${action}?`, {
      where: `zoo ${action}`,
      fix: 'name one; openmapper zoo list shows all',
    })
  }
  const card = loadCard(findCard(name))
  if (action === 'show') return showSample(card, options, context)
  if (action === 'init') return initSample(card, options, context)
  return runSample(card, options, context)
}
