// Pictures for the documentation, taken if they are asked for.

import { SCREENSHOTS } from './support.mjs';

export const scenarios = SCREENSHOTS ? [] : [];
