import type { CommandSpec } from '../command.ts'

/** `openmapper fetch CARD | DATASET`. */
export const fetchCommand: CommandSpec = {
  name: 'fetch',
  summary: 'Download the files of a model card or a data set, verified; an interrupted download goes on where it was',
  arguments: [
    {
      name: '<what>',
      description:
        'model card (model.yaml), or cifar10, mnist, coco, voc, imagenet, cityscapes; data sets go to OPENMAPPER_CACHE, else ~/.cache/openmapper',
    },
  ],
  options: [
    {
      flags: '--mirror <address...>',
      description:
        'folder at file:/// or http(s):// that has the files, tried first; also OPENMAPPER_MIRROR (several: with blanks between)',
    },
  ],
  examples: [
    'openmapper fetch zoo/08_more/yolox_nano/model.yaml',
    'openmapper fetch cifar10 --mirror file:///mnt/usb',
    'OPENMAPPER_MIRROR=https://files.example/models openmapper fetch model.yaml',
  ],
  load: () => import('../actions/fetch.ts'),
}
