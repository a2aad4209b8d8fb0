// Every view on a phone.
import { testViews } from './views.js';

testViews(true);
