import type { CommandSpec } from '../command.ts'

/** `openmapper tune`. */
export const tuneCommand: CommandSpec = {
  name: 'tune',
  summary:
    'Raise the precision of a build, in the cheapest order, until the accuracy of INT8 is close enough to float. ' +
    'Tried in turn, most promising first: other thresholds (free), int16 (latency), nodes in float on the CPU (costliest). ' +
    'A trial is judged on the pictures that lose most; what seems enough is confirmed on all. ' +
    'Ctrl-C is safe: the same command goes on where it stopped',
  options: [
    { flags: '-c, --config <file>', description: 'the YAML of the build (default: the one that the card names)' },
    {
      flags: '--card <file>',
      description: 'model card (model.yaml): how pictures are prepared and scored (default: accuracy_card of the YAML)',
    },
    {
      flags: '--data <dir>',
      description: 'folder of the labelled pictures (default: as for evaluate)',
    },
    {
      flags: '--target-drop <points>',
      description:
        'percentage points of the main metric (top-1, AP, mIoU...) that INT8 may lose against float: ' +
        '0.5% allows 75.0 % -> 74.5 % (default: accuracy_target of the YAML)',
    },
    { flags: '--images <n>', description: 'use the first pictures only (default: all)' },
    { flags: '--max-int16 <share>', description: 'largest share of activations in int16, e.g. 5%', default: '100%' },
    {
      flags: '--memory-budget <MB>',
      description: 'memory for all processes together; it decides how many there are (default: one per core)',
    },
  ],
  examples: [
    'openmapper tune -c model_config.yaml --card model.yaml --target-drop 0.5%',
    'openmapper tune --card model.yaml --data ./imagenet --target-drop 1% --images 1000 --memory-budget 2000',
    'openmapper build -c model_tuned.yaml        # the same files again, from the YAML that tune wrote',
  ],
  logFile: 'openmapper_tune.log',
  load: () => import('../actions/tune.ts'),
}
