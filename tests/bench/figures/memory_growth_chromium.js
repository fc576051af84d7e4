/** 4 GiB in Chromium. */
import {memoryGrowth} from '../memory_growth.js';

export const measure = () => memoryGrowth('chromium', 4096);
