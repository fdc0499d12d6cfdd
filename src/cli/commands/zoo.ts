import type { CommandSpec } from '../command.ts'

/** `openmapper zoo list | show NAME | init NAME | run NAME | verify [NAME]`. */
export const zooCommand: CommandSpec = {
  name: 'zoo',
  summary: 'The models of the zoo: list them, show one, fetch its files, run its whole journey, check its files',
  arguments: [
    {
      name: '<action>',
      description:
        'list: a table of all; show: one in words; init: fetch its files and say where pictures belong; ' +
        'run: check, preprocess, build, infer, evaluate; verify: card, YAML, MD5 of files, inputs and outputs',
    },
    { name: '[name]', description: 'name of a model (first column of list), or the path of a model.yaml' },
  ],
  options: [
    {
      flags: '--data <dir>',
      description: 'run: folder of the data set (default: zoo/01_common/data/NAME, or where fetch keeps it)',
    },
    {
      flags: '--calibration <dir>',
      description:
        'run: folder of pictures to calibrate with (default: zoo/01_common/calibration_data/NAME, else the training part at hand)',
    },
    { flags: '--limit <n>', description: 'run: score the first pictures only' },
    { flags: '-p, --processes <n>', description: 'run: worker processes of the evaluation', default: '2' },
    {
      flags: '--mirror <address...>',
      description: 'init: folder at file:/// or http(s):// that has the files, tried first',
    },
  ],
  examples: [
    'openmapper zoo list',
    'openmapper zoo show mobilenet_v1_1.0_224',
    'openmapper zoo run resnet20_cifar10 --limit 1000',
    'openmapper zoo verify',
  ],
  logFile: 'openmapper_zoo.log',
  load: () => import('../actions/zoo.ts'),
}
