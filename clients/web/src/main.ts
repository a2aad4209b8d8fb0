// The start of the page.
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { worksOffline } from './offline/start.svelte';

const target = document.getElementById('page');
if (target) mount(App, { target });
worksOffline();
