/** The archives of the manual's data sets as their publishers give them out, and what to do with them. */
import type { FileToFetch } from './file-to-fetch.ts'

export interface DatasetArchives {
  files: readonly FileToFetch[]
  /** Lines for the user: from the archives to the layout that evaluation reads, seen from their folder. */
  steps: readonly string[]
}

const IMAGENET = 'https://image-net.org: register, then Download > ILSVRC2012 > Validation images (all tasks)'
const CITYSCAPES = 'register at https://www.cityscapes-dataset.com with the address of an institution'

const VOC = 'http://host.robots.ox.ac.uk/pascal/VOC'
const COCO = 'http://images.cocodataset.org'

function voc(year: number, name: string, md5: string): FileToFetch {
  return { path: name, md5, urls: [`${VOC}/voc${year}/${name}`], source: `${VOC}/voc${year}/` }
}

function coco(path: string, file: Pick<FileToFetch, 'md5' | 'size'>): FileToFetch {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return { path: name, ...file, urls: [`${COCO}/${path}`], source: 'https://cocodataset.org > Dataset > Download' }
}

/** By data set; MD5 and size as published. Without `files` everything is fetched by hand. */
export const DATASET_ARCHIVES: Readonly<Record<string, DatasetArchives>> = {
  imagenet: {
    files: [
      {
        path: 'ILSVRC2012_img_val.tar',
        urls: [],
        md5: '29b22e2961454d5413ddabcf34fc5622',
        size: 6_744_924_160,
        source: IMAGENET,
      },
    ],
    steps: [
      'mkdir val && tar -xf ILSVRC2012_img_val.tar -C val',
      'write val.txt: one "<file name> <class 0..999>" per line, classes in the order of their WordNet ids',
    ],
  },
  coco: {
    files: [
      coco('zips/val2017.zip', { md5: '442b8da7639aecaf257c1dceb8ba8c80', size: 815_585_330 }),
      coco('annotations/annotations_trainval2017.zip', { md5: 'f4bbac642086de4f52a3fdda2de5fa2c', size: 252_907_541 }),
    ],
    steps: [
      'unzip -q val2017.zip && mv val2017 images',
      'unzip -q annotations_trainval2017.zip annotations/instances_val2017.json',
    ],
  },
  voc: {
    files: [voc(2012, 'VOCtrainval_11-May-2012.tar', '6cd6e144f989b92b3379bac3b3de84fd')],
    steps: ['tar -xf VOCtrainval_11-May-2012.tar (it makes VOCdevkit/VOC2012)'],
  },
  cityscapes: {
    files: [],
    steps: [
      `${CITYSCAPES}; fetch leftImg8bit_trainvaltest.zip (11 GB) and gtFine_trainvaltest.zip (241 MB)`,
      "unzip -q leftImg8bit_trainvaltest.zip 'leftImg8bit/val/*'",
      "unzip -q gtFine_trainvaltest.zip 'gtFine/val/*'",
    ],
  },
}
