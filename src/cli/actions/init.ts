/** `openmapper init`. */
import type { March } from '../../config/types.ts'
import { initConfig } from '../../stages/init.ts'
import { flag, type Handler, text } from '../command.ts'

export const run: Handler = ([model], options, { print }) => {
  const result = initConfig(model, {
    march: text(options, 'march') as March,
    output: text(options, 'output'),
    force: flag(options, 'force'),
  })
  if (flag(options, 'json')) print(JSON.stringify(result))
  else {
    print(`Written: ${result.path}`)
    for (const { key, value, why } of result.guesses) print(`  guess  ${key}: '${value}'\n         ${why}`)
    print('Next: check the guesses, put about 100 samples of training data into cal_data_dir, then')
    print(`      openmapper build -c ${result.path}`)
  }
  return Promise.resolve()
}
