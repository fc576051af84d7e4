/** 1 GiB in Firefox. */
import {memoryGrowth} from '../memory_growth.js';

export const measure = () => memoryGrowth('firefox', 1024);
