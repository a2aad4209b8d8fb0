// Words of the board, its sheets, and the wall.
import { defineWords } from '$lib/words';
import { en } from './words_en';
import { sv } from './words_sv';

export const w = defineWords({ sv, en });
