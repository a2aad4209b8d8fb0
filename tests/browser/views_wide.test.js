// Every view on a laptop.
import { testViews } from './views.js';

testViews(false);
